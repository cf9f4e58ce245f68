import { expect } from 'chai'

import { FEATURE_GROUPS, V2_FEATURE_COUNT } from '../../src/features/v2.js'

describe('FEATURE_GROUPS', () => {
  it('has every feature once', () => {
    const all = Object.values(FEATURE_GROUPS).flat()
    expect(all.toSorted((a, b) => a - b)).to.deep.equal(Array.from({ length: V2_FEATURE_COUNT }, (_, i) => i))
  })
})
