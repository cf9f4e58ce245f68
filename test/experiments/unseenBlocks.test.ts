import { expect } from 'chai'

import { evaluateUnseenBlocks } from '../../src/experiments/unseenBlocks.js'
import type { UnseenBlocksReport } from '../../src/experiments/unseenBlocks.js'
import { startBackend } from '../../src/tensor/backend.js'
import { comparisonOf, flatteringWorld, QUICK } from './sources.js'

describe('evaluateUnseenBlocks', () => {
  let report: UnseenBlocksReport
  before(async () => {
    await startBackend(['wasm'])
    const without = { ...QUICK, kinds: { ...QUICK.kinds, refit: { ...QUICK.kinds.refit, rounds: 0 } } }
    const recipes = { refitted: QUICK, 'trained alone': without }
    report = await evaluateUnseenBlocks(comparisonOf(flatteringWorld(), recipes), 2)
  })

  const metric = (name: string, system: string) => {
    const found = report.metrics.find((row) => row.metric === name && row.system === system)
    if (found === undefined) throw new Error(`no ${name} of ${system}`)
    return found
  }

  it('shows that a mean over an easy source flatters its LLMs', () => {
    // In the hard source, those who have their outcomes elsewhere are predicted above the strong ones.
    expect(metric('pairs', 'LLM mean').value).to.be.lessThan(0.65)
    expect(metric('pairs', 'refitted').value).to.be.greaterThan(0.75)
    expect(metric('log loss', 'refitted').value).to.be.lessThan(0.55)
    const { difference } = metric('log loss', 'LLM mean')
    expect(difference?.overUnits[0]).to.be.greaterThan(0.05)
    expect(difference?.overSources[0]).to.be.greaterThan(0)
  })

  it('compares every system with the first on the same cells', () => {
    expect(report.cells).to.be.greaterThan(10)
    expect(metric('log loss', 'refitted')).to.not.have.property('difference')
    for (const { value, difference } of report.metrics.filter(({ system }) => system !== 'refitted')) {
      expect(difference).to.not.equal(undefined)
      const { overUnits: [low = NaN, high = NaN] = [], value: by = NaN } = difference ?? {}
      expect(low).to.be.at.most(high)
      expect(value - by).to.satisfy(Number.isFinite)
    }
  })

  it('says how often the interval of a hidden mean holds it, and how wide it is', () => {
    expect(metric('coverage', 'refitted').value).to.be.within(0.5, 1)
    expect(metric('width', 'refitted').value).to.be.within(0.05, 1)
    expect(
      report.metrics.some(({ metric: name, system }) => name === 'width' && system === 'LLM mean'),
    ).to.equal(false)
  })
})
