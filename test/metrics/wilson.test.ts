import { expect } from 'chai'

import { shareOf } from '../../src/metrics/wilson.js'

describe('shareOf', () => {
  it('has the interval of Wilson', () => {
    // Newcombe (1998), table I: 81 of 263 and 15 of 148, method 3.
    for (const [cases, n, low, high] of [
      [81, 263, 0.2553, 0.3662],
      [15, 148, 0.0624, 0.1605],
      [0, 20, 0, 0.1611],
      [1, 29, 0.0061, 0.1718],
    ] as const) {
      const share = shareOf(cases, n)
      expect(share.value).to.equal(cases / n)
      expect(share.low).to.be.closeTo(low, 1e-4)
      expect(share.high).to.be.closeTo(high, 1e-4)
    }
  })
})
