import { expect } from 'chai'

import { createRandom, gaussian } from '../../../src/numeric/random.js'
import { fitLengthInterval, lengthMetrics } from '../../../src/train/lengths/heldOut.js'

describe('fitLengthInterval', () => {
  it('covers nine held-out answers in ten, as many below as above', () => {
    const random = createRandom(1)
    const answers = Array.from({ length: 2000 }, () => {
      const variance = 0.1 + random()
      // Longer tails above than below.
      const deviation = gaussian(random)
      const length = 4 + Math.sqrt(variance) * (deviation > 0 ? 2 * deviation : deviation)
      return { length, predicted: { mean: 4, variance } }
    })
    const { low, high } = fitLengthInterval(answers)
    const ends = answers.map(({ length, predicted: { mean, variance } }) => [
      length - (mean + low * Math.sqrt(variance)),
      length - (mean + high * Math.sqrt(variance)),
    ])
    const share = (is: (pair: number[]) => boolean) => ends.filter(is).length / ends.length
    expect(share(([below = 0]) => below < 0)).to.be.closeTo(0.05, 0.002)
    expect(share(([, above = 0]) => above > 0)).to.be.closeTo(0.05, 0.002)
    // The 5 % point of the normal distribution, and twice the 95 % point.
    expect(low).to.be.closeTo(-1.645, 0.15)
    expect(high).to.be.closeTo(3.29, 0.3)
  })

  it('is that of the normal distribution if few answers were held out', () => {
    expect(fitLengthInterval([])).to.deep.equal({ low: -1.645, high: 1.645 })
  })
})

describe('lengthMetrics', () => {
  it('has the share of the variance that is predicted, and the median of relative errors', () => {
    const answers = [
      { length: Math.log(10), predicted: { mean: Math.log(20), variance: 1 } },
      { length: Math.log(100), predicted: { mean: Math.log(90), variance: 1 } },
      { length: Math.log(1000), predicted: { mean: Math.log(1500), variance: 1 } },
    ]
    const { tokens_r2, tokens_median_error } = lengthMetrics(answers)
    const squares = Math.log(2) ** 2 + Math.log(0.9) ** 2 + Math.log(1.5) ** 2
    expect(tokens_r2).to.be.closeTo(1 - squares / (2 * Math.log(10) ** 2), 1e-12)
    expect(tokens_median_error).to.be.closeTo(0.5, 1e-12)
    expect(lengthMetrics([])).to.deep.equal({})
  })
})
