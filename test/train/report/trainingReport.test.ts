import { expect } from 'chai'

import { pageOf } from '../../../src/report/page.js'
import { trainingReport } from '../../../src/train/report/trainingReport.js'
import type { EpochLosses } from '../../../src/train/report/trainingReport.js'
import { checkJudgedData } from '../../../src/outcomes/checkJudgedData.js'
import { judged } from '../../outcomes/judged.js'

const trained = (losses: readonly EpochLosses[], bestEpoch: number) => ({
  ...{
    model: 'dense_network/x',
    version: 2,
    metrics: { log_loss: 0.5 },
    recipe: { a: 1 },
    doubts: ['<weak>'],
  },
  curves: [{ component: 'gated-mixture-1', bestEpoch, losses }],
  data: checkJudgedData(judged([{ prompt: 'p', scores: { a: 1 } }])),
})
const pageWith = (losses: readonly EpochLosses[], bestEpoch = 2) =>
  pageOf(trainingReport(trained(losses, bestEpoch)))

/** The points of the polylines of the page, in their order. */
function linesIn(page: string): number[][][] {
  return [...page.matchAll(/<polyline points="([^"]*)"/g)].map(([, points = '']) =>
    points.split(' ').map((point) => point.split(',').map(Number)),
  )
}

describe('the report of a training', () => {
  const losses = [
    { epoch: 1, trainLoss: 0.9, devLoss: 0.8 },
    { epoch: 2, trainLoss: 0.5, devLoss: 0.6 },
    { epoch: 3, trainLoss: 0.4, devLoss: 0.7 },
  ]

  it('draws both losses by epoch, and the epoch that was kept', () => {
    const [training = [], heldOut = [], best = []] = linesIn(pageWith(losses))
    expect(training.map(([x]) => x)).to.deep.equal([70, 270, 470])
    expect(heldOut.map(([x]) => x)).to.deep.equal([70, 270, 470])
    // The highest loss is at the top, the lowest at the bottom.
    expect(training.map(([, y]) => y)).to.deep.equal([40, 360, 440])
    expect(best).to.deep.equal([
      [270, 440],
      [270, 40],
    ])
  })

  it('has a page for one epoch, for none, and for losses that are no numbers', () => {
    expect(linesIn(pageWith(losses.slice(0, 1), 1))[0]).to.have.length(1)
    expect(linesIn(pageWith([]))).to.deep.equal([])
    const broken = [...losses, { epoch: 4, trainLoss: NaN, devLoss: Infinity }]
    expect(linesIn(pageWith(broken)).map((line) => line.length)).to.deep.equal([3, 3, 2])
    expect(pageWith(broken)).to.not.include('NaN')
  })

  it('has metrics, doubts, data and recipe, and all numbers', () => {
    const page = pageWith(losses)
    for (const text of ['log loss', '0.5000', '&lt;weak&gt;', '1 prompt, 1 LLM', '&quot;a&quot;: 1'])
      expect(page).to.include(text)
    const [, json = ''] = /id="data">(.*?)<\/script>/s.exec(page) ?? []
    expect((JSON.parse(json) as { curves: { losses: unknown }[] }).curves[0]?.losses).to.deep.equal(losses)
  })
})
