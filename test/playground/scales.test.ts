import { expect } from 'chai'
import fc from 'fast-check'

import { linearScale, linearTicks, logScale, logTicks } from '../../src/playground/scales.js'

describe('scales', () => {
  it('place the ends of a domain at those of a range', () => {
    const linear = linearScale([2, 4], [100, 0])
    expect([2, 3, 4].map(linear)).to.deep.equal([100, 50, 0])
    const log = logScale([1e-4, 1], [0, 40])
    for (const [value, place] of [
      [1e-4, 0],
      [1e-2, 20],
      [1, 40],
    ] as const)
      expect(log(value)).to.be.closeTo(place, 1e-9)
  })
})

describe('ticks', () => {
  const range = fc
    .tuple(fc.double({ min: 1e-7, max: 100, noNaN: true }), fc.double({ min: 1.01, max: 1e6, noNaN: true }))
    .map(([low, ratio]) => [low, low * ratio] as const)

  it('of a linear axis are round, rising and within it', () => {
    expect(linearTicks([0.42, 0.97], 5)).to.deep.equal([0.6, 0.8])
    expect(linearTicks([0.42, 0.92], 5)).to.deep.equal([0.5, 0.6, 0.7, 0.8, 0.9])
    expect(linearTicks([0, 1], 5)).to.deep.equal([0, 0.2, 0.4, 0.6, 0.8, 1])
    fc.assert(
      fc.property(range, ([low, high]) => {
        const ticks = linearTicks([low, high], 5)
        expect(ticks.length).to.be.within(1, 7)
        expect(ticks).to.deep.equal([...new Set(ticks)].sort((a, b) => a - b))
        expect(ticks.at(-1)).to.be.at.most(high * (1 + 1e-6))
      }),
    )
  })

  it('of a logarithmic axis are powers of ten, or more where there are few', () => {
    expect(logTicks([1e-5, 0.02], 9)).to.deep.equal([1e-5, 1e-4, 1e-3, 1e-2])
    expect(logTicks([1e-5, 0.02], 2)).to.deep.equal([1e-5, 1e-3])
    expect(logTicks([0.0011, 0.06], 9)).to.deep.equal([0.002, 0.005, 0.01, 0.02, 0.05])
    fc.assert(
      fc.property(range, ([low, high]) => {
        for (const tick of logTicks([low, high], 9)) expect(tick).to.be.within(low * 0.999, high * 1.001)
      }),
    )
  })
})
