import { expect } from 'chai'
import fc from 'fast-check'

import { splitWords } from '../../src/features/text.js'
import { countDistinctWords, countWords } from '../../src/features/wordCounts.js'
import { unitsOf } from '../../src/numeric/utf16.js'

/** Few characters, so that words come again: letters, pairs of units, what is white space in Python and what is not. */
const text = fc
  .array(
    fc.constantFrom('a', 'b', '\u00e9', '\ud83d\ude00', '\ude00', ' ', '\n', '\u001c', '\u3000', '\ufeff'),
  )
  .map((parts) => parts.join(''))

describe('countWords', () => {
  it('counts what splitWords finds', () => {
    fc.assert(
      fc.property(fc.oneof(text, fc.string({ unit: 'binary' })), (sample) => {
        const words = splitWords(sample)
        const blanks = sample.length - words.reduce((sum, word) => sum + word.length, 0)
        expect(countWords(unitsOf(sample))).to.deep.equal({ count: words.length, blanks })
        // What the features of a prompt take from its lower-cased text.
        expect(countWords(unitsOf(sample.toLowerCase()))).to.deep.equal({ count: words.length, blanks })
      }),
    )
  })
})

describe('countDistinctWords', () => {
  it('counts those that splitWords finds once', () => {
    fc.assert(
      fc.property(fc.oneof(text, fc.string({ unit: 'binary' })), (sample) => {
        expect(countDistinctWords(unitsOf(sample))).to.equal(new Set(splitWords(sample)).size)
      }),
    )
  })

  it('tells apart many words of one length', () => {
    const words = Array.from({ length: 50_000 }, (_, i) => String(100_000 + i))
    expect(countDistinctWords(unitsOf([...words, ...words].join(' ')))).to.equal(words.length)
  })
})
