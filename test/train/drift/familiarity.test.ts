import { expect } from 'chai'

import { createRandom } from '../../../src/numeric/random.js'
import { familiarityDrift, stabilityIndex } from '../../../src/train/drift/familiarity.js'

describe('familiarityDrift', () => {
  it('has p-values that are below 5 % in one of twenty logs without drift', () => {
    const random = createRandom(2)
    const logs = 2000
    let [distance, stability] = [0, 0]
    for (let log = 0; log < logs; log++) {
      const found = familiarityDrift(Array.from({ length: 150 }, random))
      distance += Number(found.pValue < 0.05)
      stability += Number(found.stabilityPValue < 0.05)
    }
    // Five standard deviations on either side.
    for (const found of [distance, stability]) expect(found / logs).to.be.within(0.026, 0.074)
  })

  it('has the p-values of tables', () => {
    // Kolmogorov's limit: 5 % at 1.358, 1 % at 1.628; of n = 10,000 numbers 1.358 / (100 + 0.12) is near it.
    const shifted = (by: number) =>
      familiarityDrift(Array.from({ length: 10_000 }, (_, i) => Math.min(1, (i + 0.5) / 10_000 + by)))
    expect(shifted(0.01353).pValue).to.be.closeTo(0.05, 0.002)
    expect(shifted(0.01622).pValue).to.be.closeTo(0.01, 0.001)
    // Chi-square of 9 degrees: 5 % at 16.919. Ten tenths of 1000, two of them off by sqrt(16.919 * 100 / 2) = 29.09.
    const counts = [129, 71, 100, 100, 100, 100, 100, 100, 100, 100]
    const values = counts.flatMap((count, t) => Array.from({ length: count }, () => t / 10 + 0.05))
    expect(familiarityDrift(values).stabilityPValue).to.be.closeTo(0.0514, 0.001)
  })

  it('has the share of each tenth, 1 in the last', () => {
    const { tenths, rare, prompts } = familiarityDrift([0, 0.04, 0.1, 0.55, 1])
    expect(tenths).to.deep.equal([0.4, 0.2, 0, 0, 0, 0.2, 0, 0, 0, 0.2])
    expect([rare, prompts]).to.deep.equal([0.4, 5])
  })
})

describe('stabilityIndex', () => {
  it('is 0 for equal shares, and large for others, also where a bin is empty', () => {
    expect(stabilityIndex([10, 20], [10, 20])).to.equal(0)
    // (0.75 - 0.25) ln 3 twice, with half a case added to each bin.
    expect(stabilityIndex([3e6, 1e6], [1e6, 3e6])).to.be.closeTo(Math.log(3), 1e-5)
    expect(stabilityIndex([100, 0], [0, 100])).to.be.within(5, 20)
  })
})
