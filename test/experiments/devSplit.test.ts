import { expect } from 'chai'

import { evaluateDev } from '../../src/experiments/devSplit.js'
import { startBackend } from '../../src/tensor/backend.js'
import { comparisonOf, flatteringWorld, QUICK } from './sources.js'

describe('evaluateDev', () => {
  before(() => startBackend(['wasm']))

  it('compares setups on the dev split, paired over its prompts', async () => {
    const world = flatteringWorld()
    const untrained = {
      ...QUICK,
      kinds: { ...QUICK.kinds, gate_learning_rate: 1e-9, table_learning_rate: 1e-9 },
    }
    const recipes = {
      good: QUICK,
      untrained: { ...untrained, kinds: { ...untrained.kinds, refit: { ...QUICK.kinds.refit, rounds: 0 } } },
    }
    const { prompts, metrics } = await evaluateDev(comparisonOf(world, recipes))
    expect(prompts).to.equal(world.data.outcomes.prompts.filter(({ split }) => split === 'dev').length)
    const [good, bad] = metrics.filter(({ metric }) => metric === 'log loss')
    expect(good?.value).to.be.lessThan(Math.LN2)
    expect(bad?.difference?.overUnits[0]).to.be.greaterThan(0)
    expect([...new Set(metrics.map(({ metric }) => metric))]).to.have.members(['log loss', 'pairs', 'routed'])
  })
})
