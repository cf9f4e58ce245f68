import { expect } from 'chai'
import fc from 'fast-check'

import { isSameRun, unitsOf } from '../../src/numeric/utf16.js'

const text = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'b', '\u00e9', '\ud83d\ude00', '\ude00', ' ') }),
  fc.string({ unit: 'binary' }),
)

describe('unitsOf', () => {
  it('gives the units of a text, surrogates without their pair among them', () => {
    fc.assert(
      fc.property(text, (sample) => {
        expect([...unitsOf(sample)]).to.deep.equal(sample.split('').map((unit) => unit.charCodeAt(0)))
      }),
    )
  })
})

describe('isSameRun', () => {
  it('compares parts of texts', () => {
    fc.assert(
      fc.property(text, text, fc.nat(5), fc.nat(5), fc.nat(4), (a, b, i, j, length) => {
        fc.pre(i + length <= a.length && j + length <= b.length)
        const expected = a.slice(i, i + length) === b.slice(j, j + length)
        expect(isSameRun(unitsOf(a), i, unitsOf(b), j, length)).to.equal(expected)
      }),
    )
  })
})
