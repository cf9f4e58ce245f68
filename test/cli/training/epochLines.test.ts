import { expect } from 'chai'

import { describeMetrics, EpochLines } from '../../../src/cli/training/epochLines.js'

function open() {
  const lines: string[] = []
  const clock = { ms: 0 }
  const epochLines = new EpochLines({ note: (line) => void lines.push(line) }, () => clock.ms)
  const epoch = (component: string, n: number, devLoss: number, best: { epoch: number; devLoss: number }) =>
    epochLines.epoch(
      component,
      {
        epoch: n,
        epochs: 200,
        trainLoss: 0.51234,
        devLoss,
        devLogits: new Float32Array(),
        secondsLeft: 72.5,
        best,
      },
      { auc: 0.81234, pairs: 0.79, log_loss: 0.5, brier: 0.2, calibration_error: 0.01, routed: 0.7 },
    )
  return { lines, clock, epochLines, epoch }
}

describe('EpochLines', () => {
  it('write a line for an epoch, at most one a second', () => {
    const { lines, clock, epoch } = open()
    for (const n of [1, 2, 3, 4, 5]) {
      epoch('kinds 1', n, 0.6, { epoch: 1, devLoss: 0.6 })
      clock.ms += 400
    }
    expect(lines).to.deep.equal([
      'kinds 1, epoch 1 of 200: loss 0.5123, dev 0.6000, auc 0.812, pairs 0.790, 1 min 13 s left',
      'kinds 1, epoch 4 of 200: loss 0.5123, dev 0.6000, auc 0.812, pairs 0.790, 1 min 13 s left',
    ])
    for (const line of lines) expect(line).to.have.length.below(100)
  })

  it('name the best epoch of each component at its end', () => {
    const { lines, epoch, epochLines } = open()
    epoch('kinds 1', 1, 0.6, { epoch: 1, devLoss: 0.6 })
    epoch('kinds 1', 2, 0.7, { epoch: 1, devLoss: 0.6 })
    // Resumed: its best epoch was before the interruption.
    epoch('tower', 9, 0.5, { epoch: 7, devLoss: 0.45 })
    expect(lines).to.include('kinds 1: best epoch 1 of 2, dev loss 0.6000')
    expect(epochLines.end()).to.deep.equal([
      { component: 'kinds 1', epochs: 2, bestEpoch: 1, devLoss: 0.6 },
      { component: 'tower', epochs: 9, bestEpoch: 7, devLoss: 0.45 },
    ])
    expect(lines.at(-1)).to.equal('tower: best epoch 7 of 9, dev loss 0.4500')
  })

  it('have nothing to tell if nothing was trained', () => {
    const { lines, epochLines } = open()
    expect(epochLines.end()).to.deep.equal([])
    expect(lines).to.deep.equal([])
  })
})

describe('describeMetrics', () => {
  it('names each with its value', () => {
    expect(describeMetrics({ auc: 0.8, log_loss: 0.5 })).to.equal(', auc 0.8000, log loss 0.5000')
  })
})
