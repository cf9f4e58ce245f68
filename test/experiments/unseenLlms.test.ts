import * as tf from '@tensorflow/tfjs-core'
import { expect } from 'chai'

import { evaluateUnseenLlms } from '../../src/experiments/unseenLlms.js'
import { at } from '../../src/numeric/at.js'
import { startBackend } from '../../src/tensor/backend.js'
import { recipeSchema } from '../../src/train/recipe.js'
import { worldOf } from '../train/world.js'

const RECIPE = recipeSchema.parse({
  schedule: { epochs: 8, least_steps: 0, batch_prompts: 20 },
  kinds: { heads: 1, table_learning_rate: 0.1 },
})

describe('evaluateUnseenLlms', () => {
  before(() => startBackend(['wasm']))

  it('predicts LLMs that training has not seen the better, the more outcomes they are added from', async () => {
    const world = worldOf({ seed: 5, train: 240, dev: 120 })
    const before = tf.memory().numTensors
    // Of five LLMs two at equal steps: a, the best on the whole, and d, which is good at one topic only.
    const results = await evaluateUnseenLlms(world, RECIPE, 1, 2, [0, 20, 200])
    expect(tf.memory().numTensors, 'tensors left').to.equal(before)
    expect(results.map(({ size }) => size)).to.deep.equal([0, 20, 200])
    const [none, few, many] = [at(results, 0), at(results, 1), at(results, 2)]
    for (const way of ['named', 'unnamed'] as const) {
      expect(few[way].logLoss).to.be.lessThan(none[way].logLoss)
      expect(many[way].logLoss).to.be.lessThan(few[way].logLoss)
      expect(many[way].pairs).to.be.greaterThan(none[way].pairs)
      for (const one of results) expect(one[way].pairs).to.be.within(0, 1)
    }
  })

  it('gives the same numbers for the same seed', async () => {
    const world = worldOf({ seed: 5, train: 40, dev: 20 })
    const results = await evaluateUnseenLlms(world, RECIPE, 2, 1, [5])
    expect(await evaluateUnseenLlms(world, RECIPE, 2, 1, [5])).to.deep.equal(results)
  })
})
