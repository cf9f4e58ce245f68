import { expect } from 'chai'

import type { EmbeddedData } from '../../src/experiments/predictOutcomes.js'
import { crossValidateCategories } from '../../src/experiments/unseenCategories.js'
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

describe('crossValidateCategories', () => {
  before(() => startBackend(['wasm']))

  it('predicts each category once, by a network that knows nothing of it', async () => {
    const world = worldOf({ seed: 5, train: 120, dev: 60 })
    const folds = await crossValidateCategories(world, RECIPE, 1, 2)
    const sizes = ['code', 'verse'].map(
      (name) => world.data.outcomes.prompts.filter(({ category }) => category === name).length,
    )
    expect(folds.map(({ prompts }) => prompts)).to.deep.equal(sizes)
    expect(folds.map(({ outcomes }) => outcomes)).to.deep.equal(sizes.map((size) => size * LLMS.length))
    for (const [fold, category] of ['code', 'verse'].entries()) {
      const turned = await crossValidateCategories(flipped(world, category), RECIPE, 1, 2)
      // -log p - log(1 - p) is 2 ln 2 at least: below, the predictions would have followed the outcomes.
      const sum = (folds[fold]?.logLoss ?? NaN) + (turned[fold]?.logLoss ?? NaN)
      expect(sum).to.be.at.least(2 * Math.LN2)
      // The other fold learns from the turned outcomes.
      expect(turned[1 - fold]?.logLoss).to.not.equal(folds[1 - fold]?.logLoss)
    }
  })

  it('gives the same numbers for the same seed', async () => {
    const world = worldOf({ seed: 5, train: 40, dev: 20 })
    const folds = await crossValidateCategories(world, RECIPE, 2, 2)
    expect(await crossValidateCategories(world, RECIPE, 2, 2)).to.deep.equal(folds)
  })
})
