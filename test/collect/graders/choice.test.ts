import { expect } from 'chai'
import fc from 'fast-check'

import { gradeChoice, letterIn } from '../../../src/collect/graders/choice.js'

const letters = fc.constantFrom(...'A B C D E F G H I J'.split(' '))

describe('gradeChoice', () => {
  it('finds a letter however it is announced', () => {
    const said = fc.constantFrom(
      (x: string) => x,
      (x: string) => x.toLowerCase(),
      (x: string) => `(${x})`,
      (x: string) => `**${x}.**`,
      (x: string) => `Answer: ${x}`,
      (x: string) => `ANSWER: (${x})`,
      (x: string) => `The correct answer is **(${x})**, since (A) and (B) are wrong.`,
      (x: string) => `Let us see. A) no. B) no.\n\nThe answer is ${x}.`,
      (x: string) => `${x}) because it is so`,
      (x: string) => `I think it is \\boxed{\\text{${x}}}`,
      (x: string) => `Option ${x}`,
      (x: string) => `A dog is not an animal here, so it must be (${x})`,
    )
    fc.assert(
      fc.property(letters, said, (letter, say) => {
        expect(letterIn(say(letter)), say(letter)).to.equal(letter)
      }),
    )
  })

  it('gives a point for the letter of a reference and no other', () => {
    fc.assert(
      fc.property(letters, letters, (answer, reference) => {
        expect(gradeChoice(`Answer: ${answer}`, [`(${reference})`])).to.equal(Number(answer === reference))
      }),
    )
  })

  const cases: [string, string | undefined][] = [
    ['A dog and I', undefined],
    ['It is B.', 'B'],
    ["I don't know", undefined],
    ['', undefined],
    ['A) x\nB) y\nI choose (B)', 'B'],
    ['Bananas', undefined],
    ['The answer is Because', undefined],
    ['The answer: C\nNo, wait. The answer: D', 'D'],
  ]
  for (const [text, letter] of cases)
    it(`reads ${JSON.stringify(text)} as ${letter ?? 'none'}`, () => {
      expect(letterIn(text)).to.equal(letter)
    })
})
