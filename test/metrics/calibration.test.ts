import { expect } from 'chai'

import { calibrationError, reliability } from '../../src/metrics/calibration.js'
import { scored } from './scored.js'

describe('reliability', () => {
  it('gives the means of each bin with outcomes; 1 lies in the last', () => {
    const bins = reliability(
      scored([
        [0, 1, 0.5],
        [0, 0, 0.52],
        [1, 1, 1],
      ]),
    )
    expect(bins).to.deep.equal([
      { outcomes: 2, predicted: 0.51, observed: 0.5 },
      { outcomes: 1, predicted: 1, observed: 1 },
    ])
  })

  it('adds up to the calibration error', () => {
    const outcomes = scored([
      [0, 1, 0.2],
      [0, 0, 0.21],
      [1, 1, 0.7],
    ])
    const error = reliability(outcomes).reduce(
      (sum, bin) => sum + (bin.outcomes / 3) * Math.abs(bin.predicted - bin.observed),
      0,
    )
    expect(calibrationError(outcomes)).to.be.closeTo(error, 1e-12)
    expect(error).to.be.closeTo((0.59 + 0.3) / 3, 1e-12)
  })
})
