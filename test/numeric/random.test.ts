import { expect } from 'chai'
import fc from 'fast-check'

import { createRandom, gaussian, permutation } from '../../src/numeric/random.js'

describe('createRandom', () => {
  it('gives the same numbers in [0, 1) for the same seed, and others for another', () => {
    const numbers = (seed: number) => Array.from({ length: 1000 }, createRandom(seed))
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const known = numbers(seed)
        expect(known.every((value) => value >= 0 && value < 1)).to.be.true
        expect(numbers(seed)).to.deep.equal(known)
        expect(numbers(seed + 1)).to.not.deep.equal(known)
      }),
      { numRuns: 20 },
    )
  })

  it('spreads evenly, and one number tells nothing of the next', () => {
    for (const seed of [0, 1, 2, -1, 2 ** 31]) {
      const cells = new Float64Array(100)
      const numbers = Array.from({ length: 100_000 }, createRandom(seed))
      for (let i = 0; i < numbers.length; i += 2) {
        const cell = 10 * Math.floor(10 * (numbers[i] ?? 0)) + Math.floor(10 * (numbers[i + 1] ?? 0))
        cells[cell] = (cells[cell] ?? 0) + 1
      }
      // Chi-square of 99 degrees of freedom: above 149 once in a thousand seeds, which are fixed here.
      const chiSquare = cells.reduce((sum, count) => sum + (count - 500) ** 2 / 500, 0)
      expect(chiSquare, `seed ${seed}`).to.be.within(50, 149)
    }
  })
})

describe('gaussian', () => {
  it('has mean 0, variance 1 and no skew', () => {
    const random = createRandom(5)
    const values = Array.from({ length: 20000 }, () => gaussian(random))
    const moment = (power: number) => values.reduce((sum, value) => sum + value ** power, 0) / values.length
    // Four standard deviations: sqrt(1, 2, 15 / 20000).
    expect(moment(1)).to.be.closeTo(0, 0.029)
    expect(moment(2)).to.be.closeTo(1, 0.04)
    expect(moment(3)).to.be.closeTo(0, 0.11)
  })
})

describe('permutation', () => {
  it('holds each index once', () => {
    fc.assert(
      fc.property(fc.nat({ max: 50 }), fc.integer(), (n, seed) => {
        const order = permutation(n, createRandom(seed))
        expect(Array.from(order).sort((a, b) => a - b)).to.deep.equal(Array.from({ length: n }, (_, i) => i))
      }),
    )
  })

  it('puts every index into every place equally often', () => {
    const random = createRandom(2)
    const counts = new Array<number>(16).fill(0)
    for (let round = 0; round < 4000; round++) {
      permutation(4, random).forEach((index, place) => {
        const cell = place * 4 + index
        counts[cell] = (counts[cell] ?? 0) + 1
      })
    }
    // 1000 each, with a standard deviation of 27.
    for (const times of counts) expect(times).to.be.closeTo(1000, 120)
  })
})
