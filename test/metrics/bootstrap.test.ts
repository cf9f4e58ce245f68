import { expect } from 'chai'

import { bootstrap, difference } from '../../src/metrics/bootstrap.js'
import { createRandom } from '../../src/numeric/random.js'
import { NO_VALUE, ratio } from '../../src/metrics/scoredOutcomes.js'

describe('bootstrap', () => {
  const P = 400
  const random = createRandom(3)
  const values = Float64Array.from({ length: P }, random)
  const ones = new Float64Array(P).fill(1)
  const mean = ratio(values, ones)

  it('gives the interval of a mean as wide as the central limit theorem says', () => {
    const [estimate] = bootstrap([mean], P, { seed: 1, resamples: 4000 })
    const value = values.reduce((sum, x) => sum + x, 0) / P
    const deviation = Math.sqrt(values.reduce((sum, x) => sum + (x - value) ** 2, 0)) / P
    expect(estimate?.value).to.be.closeTo(value, 1e-12)
    expect(estimate?.low).to.be.closeTo(value - 1.96 * deviation, 0.15 * deviation)
    expect(estimate?.high).to.be.closeTo(value + 1.96 * deviation, 0.15 * deviation)
  })

  it('draws P prompts for each sample, the same for all statistics and for the same seed', () => {
    const drawn: number[] = []
    const total = (weights?: Float64Array) => {
      const sum = weights?.reduce((a, b) => a + b, 0)
      if (sum !== undefined) drawn.push(sum)
      return sum ?? P
    }
    const [first, , again] = bootstrap([mean, total, mean], P, { seed: 5, resamples: 50 })
    expect(drawn).to.deep.equal(Array(50).fill(P))
    expect(again?.samples).to.deep.equal(first?.samples)
    expect(bootstrap([mean], P, { seed: 5, resamples: 50 })[0]?.samples).to.deep.equal(first?.samples)
    expect(bootstrap([mean], P, { seed: 6, resamples: 50 })[0]?.samples).not.to.deep.equal(first?.samples)
  })

  it('compares systems sample by sample: a constant advantage has no width', () => {
    const better = ratio(
      values.map((x) => x + 0.25),
      ones,
    )
    const [a, b] = bootstrap([better, mean], P, { seed: 1, resamples: 100 })
    if (a === undefined || b === undefined) throw new Error('no estimates')
    const estimate = difference(a, b)
    expect(a.high - a.low).to.be.greaterThan(0.01)
    for (const x of [estimate?.value, estimate?.low, estimate?.high]) expect(x).to.be.closeTo(0.25, 1e-9)
  })

  it('leaves samples out that have no value', () => {
    const isFirst = Float64Array.from(ones, (_, p) => (p === 0 ? 1 : 0))
    const onlyFirst = ratio(isFirst, isFirst)
    const [estimate] = bootstrap([onlyFirst], P, { seed: 1, resamples: 20 })
    const drawn = estimate?.samples.low.filter((value) => !Number.isNaN(value)).length
    expect(drawn, 'samples with the first prompt').to.be.within(1, 19)
    expect(estimate).to.deep.include({ value: 1, low: 1, high: 1 })
  })

  it('gives nothing for a statistic without a value, of the whole or of any sample', () => {
    const ofTheWhole = (weights?: Float64Array) => (weights === undefined ? 1 : NO_VALUE)
    const ofSamples = (weights?: Float64Array) => (weights === undefined ? NO_VALUE : 1)
    const estimates = bootstrap([() => NO_VALUE, ofTheWhole, ofSamples, mean], P, { seed: 1, resamples: 20 })
    expect(estimates.map((estimate) => estimate !== undefined)).to.deep.equal([false, false, false, true])
  })
})
