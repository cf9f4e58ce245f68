import { expect } from 'chai'
import fc from 'fast-check'

import {
  DIGIT,
  codePointLength,
  countSentences,
  countWholeWord,
  isQuestion,
  splitWords,
} from '../../src/features/text.js'

describe('codePointLength', () => {
  it('counts as iterating the string does', () => {
    const units = fc.array(fc.constantFrom('a', '\ud83d', '\ude00', '\u0301'))
    fc.assert(
      fc.property(units, (parts) => {
        const text = parts.join('')
        expect(codePointLength(text)).to.equal(Array.from(text).length)
      }),
    )
  })
})

describe('splitWords', () => {
  it('splits at the information separators and the next-line control', () => {
    expect(splitWords(' a\u001cb\u001fc\u0085d\u3000\n')).to.deep.equal(['a', 'b', 'c', 'd'])
  })

  it('does not split at zero-width characters', () => {
    expect(splitWords('a\ufeffb\u200bc\u180ed')).to.have.length(1)
  })
})

describe('countSentences', () => {
  it('counts pieces that are not blank', () => {
    expect(countSentences('One. Two?! Three')).to.equal(3)
    expect(countSentences('. \u001f ! ')).to.equal(0)
    expect(countSentences('一。二？')).to.equal(1)
  })
})

describe('isQuestion', () => {
  it('looks past white space at the end', () => {
    expect(isQuestion('why? \u00a0\u001f\n')).to.be.true
    expect(isQuestion('why?\u200b')).to.be.false
    expect(isQuestion('why? no')).to.be.false
    expect(isQuestion('为什么？')).to.be.false
  })
})

describe('countWholeWord', () => {
  const cases: [string, number][] = [
    ['and and,and', 3],
    ['and\u0301', 1],
    ['🙂and🙂', 1],
    ['éand', 0],
    ['²and', 0],
    ['and中', 0],
    ['_and', 0],
    ['band andy', 0],
    ['𝐚and', 0],
    ['and𝟏', 0],
  ]
  for (const [text, count] of cases) {
    it(`finds ${count} in ${text}`, () => expect(countWholeWord(text, 'and')).to.equal(count))
  }
})

describe('DIGIT', () => {
  const digit = new RegExp(`^${DIGIT}$`, 'u')

  it('matches decimal digits of any script', () => {
    for (const text of ['0', '9', '٣', '９', '𝟿', '𑁦']) expect(digit.test(text), text).to.be.true
  })

  it('matches no other number and none newer than Unicode 15.1', () => {
    for (const text of ['²', '①', 'Ⅷ', '\u{10d40}', '\u{16d70}']) expect(digit.test(text), text).to.be.false
  })
})
