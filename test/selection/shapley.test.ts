import { expect } from 'chai'
import fc from 'fast-check'

import { shapleyValues } from '../../src/selection/shapley.js'

/** All orders of n players. */
function ordersOf(n: number): number[][] {
  if (n === 0) return [[]]
  return ordersOf(n - 1).flatMap((order) =>
    Array.from({ length: n }, (_, place) => [...order.slice(0, place), n - 1, ...order.slice(place)]),
  )
}

/** By the definition: the gain of each player on average over all orders. */
function overAllOrders(values: readonly number[], n: number): number[] {
  const orders = ordersOf(n)
  const sums = Array<number>(n).fill(0)
  for (const order of orders) {
    let coalition = 0
    for (const player of order) {
      const joined = coalition | (1 << player)
      sums[player] = (sums[player] ?? NaN) + (values[joined] ?? NaN) - (values[coalition] ?? NaN)
      coalition = joined
    }
  }
  return sums.map((sum) => sum / orders.length)
}

const games = fc
  .integer({ min: 1, max: 5 })
  .chain((n) =>
    fc.tuple(
      fc.constant(n),
      fc.array(fc.double({ min: -50, max: 50, noNaN: true }), { minLength: 2 ** n, maxLength: 2 ** n }),
    ),
  )

describe('shapleyValues', () => {
  it('are the gains of each player on average over all orders, and add up to the whole', () => {
    fc.assert(
      fc.property(games, ([n, values]) => {
        const found = shapleyValues(values)
        // Sums of up to 120 orders in float64.
        overAllOrders(values, n).forEach((value, player) => {
          expect(found[player]).to.be.closeTo(value, 1e-9)
        })
        const whole = (values.at(-1) ?? NaN) - (values[0] ?? NaN)
        expect(found.reduce((a, b) => a + b)).to.be.closeTo(whole, 1e-9)
      }),
    )
  })

  it('are the parts themselves where these only add up', () => {
    const parts = [0.5, -2, 3]
    const values = Array.from({ length: 8 }, (_, coalition) =>
      parts.reduce((sum, part, i) => sum + ((coalition >> i) & 1) * part, 1),
    )
    expect([...shapleyValues(values)].map((value) => Math.round(value * 1e9) / 1e9)).to.deep.equal(parts)
  })

  it('need every coalition', () => {
    for (const length of [0, 1, 3, 6, 2 ** 13]) {
      expect(() => shapleyValues(new Float64Array(length)), String(length)).to.throw(RangeError)
    }
  })
})
