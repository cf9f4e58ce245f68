import { expect } from 'chai'

import { crossValidateGroups, logLossDifference } from '../../src/experiments/unseenGroups.js'
import type { GroupKind } from '../../src/experiments/unseenGroups.js'
import type { EmbeddedData } from '../../src/experiments/predictOutcomes.js'
import { logLoss } from '../../src/metrics/properScores.js'
import { startBackend } from '../../src/tensor/backend.js'
import { recipeSchema } from '../../src/train/recipe.js'
import { LLMS, worldOf } from '../train/world.js'

const RECIPE = recipeSchema.parse({
  schedule: { epochs: 2, batch_prompts: 20, warm_up_steps: 2, least_steps: 0 },
  evidence: { regions: 2 },
})
const SOURCES = ['a', 'b', 'c', 'd', 'e']

const CATEGORY_RECIPE = recipeSchema.parse({
  schedule: { epochs: 6, least_steps: 0, batch_prompts: 20 },
  kinds: { heads: 1, table_learning_rate: 0.1 },
})

/** The world with its outcomes on one category turned round. */
function flipped({ data, embeddings }: EmbeddedData, category: string): EmbeddedData {
  const { prompts, prompt, score } = data.outcomes
  const turned = score.map((y, i) => (prompts[prompt[i] ?? -1]?.category === category ? 1 - y : y))
  return { data: { ...data, outcomes: { ...data.outcomes, score: turned } }, embeddings }
}

/** Two folds of a category each. */
async function categoryFolds({ data, embeddings }: EmbeddedData, seed: number) {
  const embed = () => embeddings
  const request = { data, embed, kind: 'category', recipe: CATEGORY_RECIPE, seed, folds: 2 } as const
  return (await crossValidateGroups(request)).folds
}

describe('crossValidateGroups', () => {
  before(() => startBackend(['wasm']))

  const { data, embeddings } = worldOf({ seed: 3, train: 120, dev: 40 })
  const prompts = data.outcomes.prompts.map((prompt, p) => ({ ...prompt, source: SOURCES[p % 5] ?? '' }))
  const judged = { ...data, outcomes: { ...data.outcomes, prompts } }
  const run = (kind: GroupKind, learnt: Set<string>[] = [], groups = judged) =>
    crossValidateGroups({
      data: groups,
      embed: (folded) => {
        learnt.push(new Set(folded.filter(({ split }) => split !== 'unseen').map((prompt) => prompt[kind])))
        return embeddings
      },
      kind,
      recipe: RECIPE,
      seed: 1,
      folds: 3,
    })

  it('leaves each source out once, whole, and predicts it', async () => {
    const learnt: Set<string>[] = []
    const { folds, predicted } = await run('source', learnt)
    expect(learnt.map((sources) => [...sources].sort().join(''))).to.deep.equal(['bce', 'acd', 'abde'])
    expect(folds.map((fold) => fold.prompts)).to.deep.equal([64, 64, 32])
    expect(predicted.prompts).to.equal(160)
    expect(predicted.score.length).to.equal(data.outcomes.score.length)
    const mean = folds.reduce((sum, fold) => sum + fold.logLoss * fold.outcomes, 0) / predicted.score.length
    expect(logLoss(predicted)).to.be.closeTo(mean, 1e-9)
  })

  it('has no more folds than groups', async () => {
    const { folds } = await run('category')
    expect(folds).to.have.length(2)
  })

  it('predicts each category once, by a network that knows nothing of it', async () => {
    const world = worldOf({ seed: 5, train: 120, dev: 60 })
    const folds = await categoryFolds(world, 1)
    const sizes = ['code', 'verse'].map(
      (name) => world.data.outcomes.prompts.filter(({ category }) => category === name).length,
    )
    expect(folds.map(({ prompts }) => prompts)).to.deep.equal(sizes)
    expect(folds.map(({ outcomes }) => outcomes)).to.deep.equal(sizes.map((size) => size * LLMS.length))
    for (const [fold, category] of ['code', 'verse'].entries()) {
      const turned = await categoryFolds(flipped(world, category), 1)
      // -log p - log(1 - p) is 2 ln 2 at least: below, the predictions would have followed the outcomes.
      const sum = (folds[fold]?.logLoss ?? NaN) + (turned[fold]?.logLoss ?? NaN)
      expect(sum).to.be.at.least(2 * Math.LN2)
      // The other fold learns from the turned outcomes.
      expect(turned[1 - fold]?.logLoss).to.not.equal(folds[1 - fold]?.logLoss)
    }
  })

  it('gives the same numbers for the same seed', async () => {
    const world = worldOf({ seed: 5, train: 40, dev: 20 })
    const folds = await categoryFolds(world, 2)
    expect(await categoryFolds(world, 2)).to.deep.equal(folds)
  })
})

describe('logLossDifference', () => {
  const prompt = Int32Array.from({ length: 200 }, (_, i) => Math.floor(i / 2))
  const score = Float64Array.from(prompt, (p, i) => (p * 7 + i) % 2)
  const system = (confidence: number) => ({
    prompts: 100,
    prompt,
    score,
    prediction: score.map((y) => (y === 1 ? confidence : 1 - confidence)),
  })

  it('is positive where the first is worse, beyond its interval', () => {
    const found = logLossDifference(system(0.6), system(0.9), 1)
    expect(found?.value).to.be.closeTo(Math.log(0.9 / 0.6), 1e-9)
    expect(found?.low).to.be.above(0)
  })

  it('is nothing for a system beside itself', () => {
    expect(logLossDifference(system(0.7), system(0.7), 1)).to.deep.equal({ value: 0, low: 0, high: 0 })
  })
})
