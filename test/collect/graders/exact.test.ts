import { expect } from 'chai'
import fc from 'fast-check'

import { gradeExact } from '../../../src/collect/graders/exact.js'

const anyText = fc.string({ unit: 'binary', maxLength: 40 })

describe('gradeExact', () => {
  it('accepts every text as itself, whatever stands around it', () => {
    const around = fc.constantFrom('', ' ', '\n', '"', '**', '`', ' “')
    fc.assert(
      fc.property(anyText, around, around, (text, before, after) => {
        expect(gradeExact(text, [text])).to.equal(1)
        // Signs alone mean these signs.
        if (/\p{L}|\p{N}/u.test(text)) expect(gradeExact(before + text + after, ['no', text])).to.equal(1)
      }),
    )
  })

  it('does not depend on which side is which', () => {
    fc.assert(
      fc.property(anyText, anyText, (a, b) => {
        expect(gradeExact(a, [b])).to.equal(gradeExact(b, [a]))
      }),
    )
  })

  const cases: [string, string[], number][] = [
    ['Paris.', ['paris'], 1],
    ['**New  York**', ['new york'], 1],
    ['"42"', ['42'], 1],
    ['The answer is Paris.', ['Paris'], 0],
    ['Pari', ['Paris'], 0],
    ['', ['x'], 0],
    ['', ['*'], 0],
    ['*', ['*'], 1],
    ['u.s.', ['U.S.'], 1],
    ['3.14', ['314'], 0],
    ['x', [], 0],
  ]
  for (const [answer, references, score] of cases)
    it(`gives ${JSON.stringify(answer)} for ${JSON.stringify(references)} ${score}`, () => {
      expect(gradeExact(answer, references)).to.equal(score)
    })
})
