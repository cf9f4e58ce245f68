import { expect } from 'chai'

import { letterIn } from '../../../src/collect/graders/choice.js'
import { gradeExact } from '../../../src/collect/graders/exact.js'
import { codeIn, jsonIn, lastBoxed, withoutThinking } from '../../../src/collect/graders/extract.js'
import { scoreIn } from '../../../src/collect/graders/judge.js'
import { numberIn } from '../../../src/collect/graders/numeric.js'
import { orderedVerdictIn } from '../../../src/collect/graders/pairwise.js'

/** What LLMs repeat until they are cut off. Quadratic time on a quarter of a million signs would be a minute and more. */
const REPEATED = [
  '.',
  '\n',
  ' ',
  '*',
  '_',
  '`',
  '1',
  '1,',
  '1.',
  '-',
  '/',
  '=',
  '{',
  '[',
  '(',
  '<think>',
  '```\n',
  '\\boxed{',
  'answer ',
  'Answer is ',
  'Mark: ',
  'Verdict: ',
  'A',
  'a ',
  '\\frac{1}',
]
const LENGTH = 250_000

describe('graders of answers that repeat themselves', () => {
  for (const part of REPEATED)
    it(`come to an end with ${JSON.stringify(part)}`, () => {
      const whole = part.repeat(LENGTH / part.length)
      for (const answer of [whole, `x${whole}x`]) {
        expect(gradeExact(answer, ['never'])).to.equal(0)
        expect(letterIn(answer)).to.satisfy((letter: unknown) => letter === undefined || letter === 'A')
        expect(numberIn(answer)).to.satisfy(
          (found: unknown) => found === undefined || typeof found === 'number',
        )
        expect(scoreIn(answer)).to.equal(undefined)
        expect(orderedVerdictIn(answer)).to.equal(undefined)
        for (const extract of [codeIn, jsonIn, lastBoxed, withoutThinking]) extract(answer)
      }
    })
})
