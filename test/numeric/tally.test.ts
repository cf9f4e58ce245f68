import { expect } from 'chai'

import { tally } from '../../src/numeric/tally.js'

describe('tally', () => {
  it('counts values in the order of their first occurrence', () => {
    expect([...tally(['b', 'a', 'b'])]).to.deep.equal([
      ['b', 2],
      ['a', 1],
    ])
    expect(tally([]).size).to.equal(0)
  })
})
