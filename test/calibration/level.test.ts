import { expect } from 'chai'
import fc from 'fast-check'

import { leveled, levelFactor } from '../../src/calibration/level.js'

const LEVEL = { least: 0.5, full: 0.25 }
const share = fc.double({ min: 0, max: 1, noNaN: true })

describe('levelFactor', () => {
  it('rises from the least to 1 and stays there', () => {
    expect([0, 0.125, 0.25, 0.9].map((f) => levelFactor(f, LEVEL))).to.deep.equal([0.5, 0.75, 1, 1])
  })
})

describe('leveled', () => {
  it('brings probabilities nearer to one half, and keeps their order', () => {
    fc.assert(
      fc.property(share, share, fc.double({ min: 0.1, max: 1, noNaN: true }), (p, q, factor) => {
        const [less, more] = [leveled(Math.min(p, q), factor), leveled(Math.max(p, q), factor)]
        expect(less).to.be.at.most(more)
        // The logit of 0 and 1 is that of a neighbor.
        expect(Math.abs(leveled(p, factor) - 0.5)).to.be.at.most(Math.abs(p - 0.5) + 1e-12)
      }),
    )
  })

  it('leaves a probability as it is, to the bit, for a factor of 1', () => {
    fc.assert(fc.property(share, (p) => void expect(leveled(p, 1)).to.equal(p)))
  })
})
