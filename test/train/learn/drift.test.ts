import { expect } from 'chai'

import { driftOf } from '../../../src/train/learn/drift.js'

describe('driftOf', () => {
  it('is small for prompts like those of the training', () => {
    const even = Array.from({ length: 1000 }, (_, i) => (i + 0.5) / 1000).reverse()
    const { prompts, rare, distance, usual } = driftOf(even)
    expect([prompts, rare]).to.deep.equal([1000, 0.05])
    expect(distance).to.be.closeTo(0.0005, 1e-12)
    expect(usual).to.be.closeTo(0.0429, 1e-4)
  })

  it('is large for others', () => {
    expect(driftOf([0, 0, 0.01, 0.5])).to.include({ rare: 0.75, distance: 0.74 })
    expect(driftOf([1, 1, 1]).distance).to.equal(1)
  })
})
