import { expect } from 'chai'

import { countByRegion, sumByRegion } from '../../../src/train/newLlm/outcomesByRegion.js'

const SPEC = {
  regions: 4,
  outcomes: [],
  familiarity: [0, 1],
  interval: { level: 0.9, base: 1, sparse: 1, unfamiliar: 1 },
}
const PLACES = [0, 2, 2, 3].map((region) => ({ region, familiarity: 1 }))
const SCORES = [1, 0.5, 0, 1]

describe('outcomes by region', () => {
  it('count in every region of the category, and so do their scores', () => {
    const spec = { ...SPEC, categories: ['code', 'code', 'verse', ''] }
    expect([...countByRegion(PLACES, spec)]).to.deep.equal([1, 1, 2, 1])
    expect([...sumByRegion(PLACES, SCORES, spec)]).to.deep.equal([1, 1, 0.5, 1])
  })

  it('count in their own region if the card names no categories', () => {
    expect([...countByRegion(PLACES, SPEC)]).to.deep.equal([1, 0, 2, 1])
    expect([...sumByRegion(PLACES, SCORES, SPEC)]).to.deep.equal([1, 0, 0.5, 1])
  })
})
