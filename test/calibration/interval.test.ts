import { expect } from 'chai'
import fc from 'fast-check'

import { deviationsOf, intervalAround, logitDeviation } from '../../src/calibration/interval.js'

const SPEC = { level: 0.9, base: 0.3, sparse: 1.5, unfamiliar: 0.8 }
const share = fc.double({ min: 0, max: 1, noNaN: true })

describe('deviationsOf', () => {
  it('gives the quantiles of the normal distribution', () => {
    // From tables, to the digits that they print.
    for (const [level, deviations] of [
      [0.5, 0.6744897502],
      [0.6826894921, 1],
      [0.8, 1.2815515655],
      [0.9, 1.644853627],
      [0.95, 1.9599639845],
      [0.99, 2.5758293035],
      [0.999999, 4.8916384757],
    ] as const) {
      expect(deviationsOf(level)).to.be.closeTo(deviations, 1e-8)
    }
  })

  it('is finite and grows with the level', () => {
    fc.assert(
      fc.property(share, share, (a, b) => {
        const [less, more] = [deviationsOf(Math.min(a, b)), deviationsOf(Math.max(a, b))]
        expect(less).to.be.at.most(more)
        expect(more).to.be.at.most(8.3)
      }),
    )
  })
})

describe('logitDeviation', () => {
  it('follows the formula of the card', () => {
    expect(logitDeviation(SPEC, 8, 0.25)).to.be.closeTo(
      Math.sqrt(0.3 * 0.3 + (1.5 * 1.5) / 9 + 0.8 * 0.8 * 0.75 * 0.75),
      1e-15,
    )
  })

  it('widens where there are fewer outcomes and where the prompt is less familiar', () => {
    // Math.hypot is not monotone in its last bits: it may round a greater pair down and a smaller one up.
    const atMost = (less: number, more: number) => {
      expect(less).to.be.at.most(more * (1 + 2 * Number.EPSILON))
    }
    fc.assert(
      fc.property(fc.nat(1000), fc.nat(1000), share, share, (n, more, f, g) => {
        atMost(logitDeviation(SPEC, n + more, f), logitDeviation(SPEC, n, f))
        atMost(logitDeviation(SPEC, n, Math.max(f, g)), logitDeviation(SPEC, n, Math.min(f, g)))
      }),
    )
  })
})

describe('intervalAround', () => {
  it('is symmetric in logits', () => {
    const { low, high } = intervalAround(0.8, 1.2)
    expect(low).to.be.closeTo(1 / (1 + Math.exp(-(Math.log(4) - 1.2))), 1e-15)
    expect(high).to.be.closeTo(1 / (1 + Math.exp(-(Math.log(4) + 1.2))), 1e-15)
  })

  it('holds its probability and stays in [0, 1]', () => {
    const reach = fc.double({ min: 0, max: 50, noNaN: true })
    fc.assert(
      fc.property(fc.oneof(share, share.map(Math.fround), fc.constantFrom(0, 1)), reach, (p, r) => {
        const { low, high } = intervalAround(p, r)
        expect(low).to.be.within(0, p)
        expect(high).to.be.within(p, 1)
      }),
    )
  })
})
