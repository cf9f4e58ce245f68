import { expect } from 'chai'

import type { EmbeddedData } from '../../src/experiments/predictOutcomes.js'
import { evaluateUnseenCategories } from '../../src/experiments/unseenCategories.js'
import { matrixOf } from '../../src/numeric/matrix.js'
import { startBackend } from '../../src/tensor/backend.js'
import { recipeSchema } from '../../src/train/recipe.js'
import { LLMS, worldOf } from '../train/world.js'

const RECIPE = recipeSchema.parse({
  schedule: { epochs: 6, least_steps: 0, batch_prompts: 20 },
  kinds: { heads: 1, table_learning_rate: 0.1 },
})

/** The world with its outcomes on one category turned round. */
function flipped({ data, embeddings }: EmbeddedData, category: string): EmbeddedData {
  const { prompts, prompt, score } = data.outcomes
  const turned = score.map((y, i) => (prompts[prompt[i] ?? -1]?.category === category ? 1 - y : y))
  return { data: { ...data, outcomes: { ...data.outcomes, score: turned } }, embeddings }
}

/** The world as it is, and with the vectors of another encoder that tell nothing. */
function run(world: EmbeddedData, seed: number, folds = 2) {
  const blind = matrixOf(new Float32Array(world.embeddings.data.length).fill(0.1), world.embeddings.columns)
  const setups = [
    { name: 'first', recipe: RECIPE, embed: () => world.embeddings },
    { name: 'blind', recipe: RECIPE, embed: () => blind },
  ]
  return evaluateUnseenCategories({ data: world.data, setups, seed }, folds)
}

describe('evaluateUnseenCategories', () => {
  before(() => startBackend(['wasm']))

  it('predicts each category once, by networks that know nothing of it', async () => {
    const world = worldOf({ seed: 5, train: 120, dev: 60 })
    const found = await run(world, 1)
    const { prompts } = world.data.outcomes
    expect(found).to.include({ prompts: prompts.length, outcomes: prompts.length * LLMS.length })
    const both = flipped(flipped(world, 'code'), 'verse')
    const turned = await run(both, 1)
    for (const [i, { metric, system, value }] of found.metrics.entries()) {
      expect(turned.metrics[i]).to.include({ metric, system })
      // Networks that are trained on what is turned round are turned round as well, if the categories are alike.
      expect(turned.metrics[i]?.value).to.be.closeTo(value, 0.05)
    }
    const code = await run(flipped(world, 'code'), 1)
    // Each category is predicted by what the other one says, which is now the opposite.
    expect(code.metrics[0]?.value).to.be.greaterThan(2 * Math.LN2 - (found.metrics[0]?.value ?? NaN) - 1e-6)
  })

  it('compares other setups with the first on the same outcomes', async () => {
    const { metrics } = await run(worldOf({ seed: 5, train: 120, dev: 60 }), 1)
    const [first, blind] = metrics
    expect(first).to.not.have.property('difference')
    expect(blind?.difference?.value).to.be.closeTo(Number(blind?.value) - Number(first?.value), 1e-9)
    const [low, high] = blind?.difference?.overUnits ?? []
    expect(low).to.be.at.most(Number(high))
  })

  it('has no more folds than categories', async () => {
    const world = worldOf({ seed: 5, train: 40, dev: 20 })
    expect(await run(world, 2, 9)).to.deep.equal(await run(world, 2, 2))
  })
})
