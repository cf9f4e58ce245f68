import { expect } from 'chai'

import { deviationsOf, logitDeviation } from '../../../src/calibration/interval.js'
import { probabilityOf } from '../../../src/calibration/probability.js'
import { familiarityOf } from '../../../src/calibration/regions.js'
import { at } from '../../../src/numeric/at.js'
import { matrixOf } from '../../../src/numeric/matrix.js'
import { createRandom, gaussian } from '../../../src/numeric/random.js'
import { familiarityQuantiles } from '../../../src/train/calibration/evidence.js'
import { fitInterval } from '../../../src/train/calibration/fitInterval.js'
import { denseExamples } from '../denseExamples.js'

describe('fitInterval', () => {
  const [P, M, R] = [600, 10, 20]
  const RECIPE = { base: 0.2, sparse: 0.5, unfamiliar: 0.3 }
  const counts = matrixOf(new Float32Array(M * R).fill(8), R)
  const random = createRandom(6)
  const nearest = {
    cluster: Int32Array.from({ length: P }, (_, p) => p % R),
    cosine: Float32Array.from({ length: P }, () => random()),
  }
  const quantiles = familiarityQuantiles(nearest.cosine)

  /** Outcomes of LLMs whose logit on each region is off the prediction by a normal error of this deviation. */
  function heldOut(deviation: number) {
    const next = createRandom(8)
    const errors = Array.from({ length: M * R }, () => deviation * gaussian(next))
    const dev = denseExamples(P, M, (prompt, llm) => {
      const logit = llm / 5 - 1 + at(errors, llm * R + (prompt % R))
      return next() < probabilityOf(logit) ? 1 : 0
    })
    const probabilities = Float32Array.from(dev.llm, (llm) => probabilityOf(llm / 5 - 1))
    return { dev, probabilities, nearest, familiarity: quantiles }
  }

  /** Share of (LLM, region) whose mean outcome lies within chance and the interval, prompt by prompt. */
  function coverageOf(
    { dev, probabilities }: ReturnType<typeof heldOut>,
    interval: ReturnType<typeof fitInterval>,
  ) {
    const reach = deviationsOf(interval.level)
    let within = 0
    for (let llm = 0; llm < M; llm++) {
      for (let region = 0; region < R; region++) {
        const prompts = Array.from({ length: P / R }, (_, i) => region + i * R)
        const mean = (value: (prompt: number) => number) =>
          prompts.reduce((sum, prompt) => sum + value(prompt), 0) / prompts.length
        const p = at(probabilities, llm)
        const familiarity = mean((prompt) => familiarityOf(at(nearest.cosine, prompt), quantiles))
        const deviation = logitDeviation(interval, 8, familiarity)
        const error = mean((prompt) => at(dev.target, prompt * M + llm) - p)
        const spread = p * (1 - p)
        if (Math.abs(error) <= reach * Math.sqrt(spread / prompts.length + (spread * deviation) ** 2))
          within++
      }
    }
    return within / (M * R)
  }

  it('stays as the recipe has it if that covers the dev split', () => {
    expect(fitInterval(heldOut(0), counts, RECIPE)).to.deep.equal({ level: 0.9, ...RECIPE })
  })

  it('is wider the worse the predictions are, and covers nine cells of ten', () => {
    const factors = [0, 0.5, 0.8].map((deviation) => {
      const held = heldOut(deviation)
      const interval = fitInterval(held, counts, RECIPE)
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

  it('ends at four times the recipe if nothing is enough', () => {
    const dev = denseExamples(P, M, () => 1)
    const probabilities = new Float32Array(P * M).fill(0.001)
    const { base } = fitInterval({ dev, probabilities, nearest, familiarity: quantiles }, counts, RECIPE)
    expect(base).to.be.closeTo(4 * RECIPE.base, 1e-9)
  })

  it('is that of the recipe if no cell has enough outcomes to tell', () => {
    const dev = denseExamples(8, 1, () => 1)
    const few = { cluster: Int32Array.of(0, 0, 0, 0, 1, 1, 1, 1), cosine: new Float32Array(8) }
    const held = { dev, probabilities: new Float32Array(8).fill(0.001), nearest: few, familiarity: quantiles }
    expect(fitInterval(held, counts, RECIPE)).to.deep.equal({ level: 0.9, ...RECIPE })
  })
})
