import { expect } from 'chai'
import fc from 'fast-check'

import { openKeywordSearch } from '../../src/features/keywordSearch.js'
import { unitsOf } from '../../src/numeric/utf16.js'

/** Few letters, so that keywords are parts of each other and of the text. */
const letters = fc.string({
  unit: fc.constantFrom('a', 'b', 'c', ' ', 'é', '\ud83d', '\u0000'),
  maxLength: 40,
})
const keyword = fc.string({ unit: fc.constantFrom('a', 'b', ' ', 'é', '\ud83d'), minLength: 1, maxLength: 5 })

describe('openKeywordSearch', () => {
  it('finds what includes finds', () => {
    fc.assert(
      fc.property(fc.array(keyword, { maxLength: 12 }), letters, (keywords, text) => {
        const expected = keywords.map((each) => Number(text.includes(each)))
        expect([...openKeywordSearch(keywords)(unitsOf(text))]).to.deep.equal(expected)
      }),
      { numRuns: 2000 },
    )
  })

  it('finds keywords that end alike, and a keyword that is there twice', () => {
    const find = openKeywordSearch(['she', 'he', 'hers', 'his', 'he'])
    const search = (text: string) => find(unitsOf(text))
    expect([...search('ushers')]).to.deep.equal([1, 1, 1, 0, 1])
    expect([...search('')]).to.deep.equal([0, 0, 0, 0, 0])
  })
})
