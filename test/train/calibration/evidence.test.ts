import { expect } from 'chai'
import fc from 'fast-check'

import { familiarityOf } from '../../../src/calibration/regions.js'
import { at } from '../../../src/numeric/at.js'
import { startBackend } from '../../../src/tensor/backend.js'
import {
  countOutcomes,
  familiarityQuantiles,
  measureEvidence,
} from '../../../src/train/calibration/evidence.js'
import { prepareData } from '../../../src/train/data/prepareData.js'
import { recipeSchema } from '../../../src/train/recipe.js'
import { denseExamples } from '../denseExamples.js'
import { E, LLMS, worldOf } from '../world.js'

describe('countOutcomes', () => {
  it('counts by LLM and region, leaving out pairs without a target', () => {
    const regions = Int32Array.of(1, 0, 1, 1)
    const examples = denseExamples(4, 2, (prompt, llm) => (prompt === 2 && llm === 1 ? NaN : 0))
    expect(Array.from(countOutcomes(examples, regions, 3, 2).data)).to.deep.equal([1, 3, 1, 2, 0, 0])
  })
})

describe('familiarityQuantiles', () => {
  it('gives 21 values from the least to the greatest, linear between', () => {
    const cosines = Float32Array.from({ length: 11 }, (_, i) => (i * 7) % 11)
    expect(familiarityQuantiles(cosines)).to.deep.equal(Array.from({ length: 21 }, (_, step) => step / 2))
  })

  it('makes the familiarity of the prompts themselves even', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: -999, max: 999 }), { minLength: 2, maxLength: 60 }),
        (all) => {
          const cosines = Float32Array.from(all, (value) => value / 1000)
          const quantiles = familiarityQuantiles(cosines)
          for (const [step, value] of quantiles.entries()) {
            expect(value).to.be.at.least(quantiles[step - 1] ?? -Infinity)
          }
          // A quantile is the value that this share of the cosines is below, but for the one on which it lies.
          cosines.forEach((cosine) => {
            const share = cosines.filter((other) => other < cosine).length / (cosines.length - 1)
            expect(familiarityOf(cosine, quantiles)).to.be.closeTo(share, 1 / 20 + 1e-6)
          })
        },
      ),
    )
  })
})

describe('measureEvidence', () => {
  before(() => startBackend(['wasm']))

  it('counts every outcome in training once, and widens the interval of predictions that know nothing', () => {
    const { data, embeddings } = worldOf({ seed: 1, train: 100, dev: 50 })
    const recipe = recipeSchema.parse({ evidence: { regions: 6 } })
    const prepared = prepareData(data, embeddings, recipe)
    const logits = new Float32Array(prepared.dev.llm.length)
    const { card, centroids, outcomes, successes } = measureEvidence(prepared, logits, recipe.evidence, 1)
    expect(card.regions).to.equal(6)
    expect(card.outcomes).to.deep.equal(LLMS.map(() => 100))
    expect([centroids.rows, centroids.columns]).to.deep.equal([6, E])
    expect([outcomes.rows, outcomes.columns]).to.deep.equal([LLMS.length, 6])
    // What is known of an LLM in a region is known on the whole category.
    const ofCategory = (name: string) =>
      prepared.train.category.filter((c) => prepared.categories[c] === name).length
    const scoresOn = (name: string, m: number) => {
      const { prompt, llm, score, prompts, llms } = data.outcomes
      return [...score.keys()]
        .filter((i) => {
          const { category, split } = at(prompts, at(prompt, i))
          return category === name && split === 'train' && at(llms, at(llm, i)) === LLMS[m]
        })
        .reduce((sum, i) => sum + at(score, i), 0)
    }
    LLMS.forEach((_, m) => {
      const expected = card.categories?.map(ofCategory)
      expect([...outcomes.data.subarray(m * 6, (m + 1) * 6)]).to.deep.equal(expected)
      expect([...successes.data.subarray(m * 6, (m + 1) * 6)]).to.deep.equal(
        card.categories?.map((name) => scoresOn(name, m)),
      )
    })
    expect(new Set(card.categories)).to.deep.equal(new Set(['code', 'verse']))
    // One half for every pair of LLMs as different as these is wrong in most cells.
    expect(card.interval.base).to.be.greaterThan(recipe.evidence.deviation.base)
  })
})
