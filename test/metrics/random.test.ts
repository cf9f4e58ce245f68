import { expect } from 'chai'

import { seededRandom } from '../../src/metrics/random.js'

describe('seededRandom', () => {
  const draw = (seed: number, length: number) => {
    const random = seededRandom(seed)
    return Array.from({ length }, random)
  }

  it('gives the same numbers for the same seed and others for another', () => {
    expect(draw(7, 5)).to.deep.equal(draw(7, 5))
    expect(draw(7, 5)).not.to.deep.equal(draw(8, 5))
  })

  it('spreads evenly, and one number tells nothing of the next', () => {
    for (const seed of [0, 1, 2, -1, 2 ** 31]) {
      const cells = new Float64Array(100)
      const numbers = draw(seed, 100_000)
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
