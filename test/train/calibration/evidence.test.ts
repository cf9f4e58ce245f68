import { expect } from 'chai'
import fc from 'fast-check'

import { deviationsOf, logitDeviation } from '../../../src/calibration/interval.js'
import { probabilityOf } from '../../../src/calibration/probability.js'
import { familiarityOf } from '../../../src/calibration/regions.js'
import { startBackend } from '../../../src/tensor/backend.js'
import {
  countOutcomes,
  findEvidence,
  quantilesOf,
  widenInterval,
} from '../../../src/train/calibration/evidence.js'
import type { Examples } from '../../../src/train/data/examples.js'
import { prepare } from '../../../src/train/data/prepare.js'
import { createRandom, gaussian } from '../../../src/numeric/random.js'
import { recipeSchema } from '../../../src/train/recipe.js'
import { E, LLMS, worldOf } from '../world.js'

/** Every LLM on every prompt, with the target that `targetOf` gives; no inputs, no comparisons. */
function examplesOf(P: number, M: number, targetOf: (prompt: number, llm: number) => number): Examples {
  const pairs = Array.from({ length: P * M }, (_, i) => i)
  return {
    inputs: new Float32Array(),
    width: 0,
    category: new Int32Array(P),
    firstPair: Int32Array.from({ length: P + 1 }, (_, p) => p * M),
    llm: Int32Array.from(pairs, (i) => i % M),
    target: Float32Array.from(pairs, (i) => targetOf(Math.floor(i / M), i % M)),
    firstComparison: new Int32Array(P + 1),
    a: new Int32Array(),
    b: new Int32Array(),
    preference: new Float32Array(),
  }
}

describe('countOutcomes', () => {
  it('counts by LLM and region, leaving out pairs without a target', () => {
    const region = Int32Array.of(1, 0, 1, 1)
    const examples = examplesOf(4, 2, (prompt, llm) => (prompt === 2 && llm === 1 ? NaN : 0))
    expect(Array.from(countOutcomes(examples, region, 3, 2))).to.deep.equal([1, 3, 1, 2, 0, 0])
  })
})

describe('quantilesOf', () => {
  it('gives 21 values from the least to the greatest, linear between', () => {
    const cosines = Float32Array.from({ length: 11 }, (_, i) => (i * 7) % 11)
    expect(quantilesOf(cosines)).to.deep.equal(Array.from({ length: 21 }, (_, step) => step / 2))
  })

  it('makes the familiarity of the prompts themselves even', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: -999, max: 999 }), { minLength: 2, maxLength: 60 }),
        (all) => {
          const cosines = Float32Array.from(all, (value) => value / 1000)
          const quantiles = quantilesOf(cosines)
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

describe('widenInterval', () => {
  const [P, M, R] = [600, 10, 20]
  const RECIPE = { base: 0.2, sparse: 0.5, unfamiliar: 0.3 }
  const counts = new Float32Array(M * R).fill(8)
  const random = createRandom(6)
  const nearest = {
    region: Int32Array.from({ length: P }, (_, p) => p % R),
    cosine: Float32Array.from({ length: P }, () => random()),
  }

  /** Outcomes of LLMs whose logit on each region is off the prediction by a normal error of this deviation. */
  function heldOut(deviation: number) {
    const next = createRandom(8)
    const errors = Array.from({ length: M * R }, () => deviation * gaussian(next))
    const dev = examplesOf(P, M, (prompt, llm) => {
      const logit = llm / 5 - 1 + (errors[llm * R + (prompt % R)] ?? NaN)
      return next() < probabilityOf(logit) ? 1 : 0
    })
    const probabilities = Float32Array.from(dev.llm, (llm) => probabilityOf(llm / 5 - 1))
    return { dev, probabilities, nearest }
  }

  /** Share of (LLM, region) whose mean outcome lies within chance and the interval, prompt by prompt. */
  function coverageOf(
    { dev, probabilities }: ReturnType<typeof heldOut>,
    interval: ReturnType<typeof widenInterval>,
  ) {
    const quantiles = quantilesOf(nearest.cosine)
    const reach = deviationsOf(interval.level)
    let within = 0
    for (let llm = 0; llm < M; llm++) {
      for (let region = 0; region < R; region++) {
        const prompts = Array.from({ length: P / R }, (_, i) => region + i * R)
        const mean = (value: (prompt: number) => number) =>
          prompts.reduce((sum, prompt) => sum + value(prompt), 0) / prompts.length
        const p = probabilities[llm] ?? NaN
        const familiarity = mean((prompt) => familiarityOf(nearest.cosine[prompt] ?? NaN, quantiles))
        const deviation = logitDeviation(interval, 8, familiarity)
        const error = mean((prompt) => (dev.target[prompt * M + llm] ?? NaN) - p)
        const spread = p * (1 - p)
        if (Math.abs(error) <= reach * Math.sqrt(spread / prompts.length + (spread * deviation) ** 2))
          within++
      }
    }
    return within / (M * R)
  }

  it('stays as the recipe has it where that covers the dev split', () => {
    expect(widenInterval(heldOut(0), counts, R, RECIPE)).to.deep.equal({ level: 0.9, ...RECIPE })
  })

  it('is wider the worse the predictions are, and covers nine cells of ten', () => {
    const factors = [0, 0.5, 0.8].map((deviation) => {
      const held = heldOut(deviation)
      const interval = widenInterval(held, counts, R, RECIPE)
      const factor = interval.base / RECIPE.base
      expect(interval.sparse).to.be.closeTo(factor * RECIPE.sparse, 1e-9)
      expect(interval.unfamiliar).to.be.closeTo(factor * RECIPE.unfamiliar, 1e-9)
      // Familiarities are float32 in one of the two: a cell at the very edge may fall on the other side.
      expect(coverageOf(held, interval)).to.be.at.least(0.9 - 1 / (M * R))
      return factor
    })
    const [none = 0, some = 0, much = 0] = factors
    expect(some).to.be.greaterThan(none)
    expect(much).to.be.greaterThan(some)
  })

  it('ends at four times the recipe where nothing is enough', () => {
    const dev = examplesOf(P, M, () => 1)
    const probabilities = new Float32Array(P * M).fill(0.001)
    const { base } = widenInterval({ dev, probabilities, nearest }, counts, R, RECIPE)
    expect(base).to.be.closeTo(4 * RECIPE.base, 1e-9)
  })

  it('is the recipe where no cell has enough outcomes to tell', () => {
    const dev = examplesOf(8, 1, () => 1)
    const few = { region: Int32Array.of(0, 0, 0, 0, 1, 1, 1, 1), cosine: new Float32Array(8) }
    const held = { dev, probabilities: new Float32Array(8).fill(0.001), nearest: few }
    expect(widenInterval(held, counts, R, RECIPE)).to.deep.equal({ level: 0.9, ...RECIPE })
  })
})

describe('findEvidence', () => {
  before(() => startBackend(['wasm']))

  it('counts every outcome in training once, and knows both kinds of the world', () => {
    const { data, embeddings } = worldOf({ seed: 1, train: 100, dev: 50 })
    const recipe = recipeSchema.parse({ evidence: { regions: 6 } })
    const prepared = prepare(data, embeddings, recipe)
    const probabilities = new Float32Array(prepared.dev.llm.length).fill(0.5)
    const { evidence, tensors } = findEvidence(prepared, probabilities, recipe.evidence, 1)
    expect(evidence.regions).to.equal(6)
    expect(evidence.outcomes).to.deep.equal(LLMS.map(() => 100))
    expect(tensors.get('centroids')?.shape).to.deep.equal([6, E])
    const counts = tensors.get('outcomes')
    expect(counts?.shape).to.deep.equal([LLMS.length, 6])
    expect(counts?.data.reduce((a, b) => a + b, 0)).to.equal(500)
    // One half for every pair of LLMs as different as these is wrong in most cells.
    expect(evidence.interval.base).to.be.greaterThan(recipe.evidence.deviation.base)
  })
})
