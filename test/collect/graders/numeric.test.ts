import { expect } from 'chai'
import fc from 'fast-check'

import { gradeNumeric, numberIn } from '../../../src/collect/graders/numeric.js'

const TOLERANCE = 1e-6
const decimals = fc
  .tuple(fc.integer({ min: -1e9, max: 1e9 }), fc.integer({ min: 0, max: 5 }))
  .map(([digits, places]) => digits / 10 ** places)

describe('gradeNumeric', () => {
  it('finds a number however it is written and announced', () => {
    const written = fc.constantFrom(
      String,
      (x: number) => x.toLocaleString('en', { maximumFractionDigits: 5 }),
      (x: number) => String(x).replace('-', '−'),
      (x: number) => `$${x}`.replace('$-', '-$').replace('-$', '-'),
      (x: number) => `\\boxed{${x}}`,
      (x: number) => `**${x}**`,
      (x: number) => x.toExponential(),
    )
    const said = fc.constantFrom(
      (x: string) => x,
      (x: string) => `Step 1: 17 + 4 = 21.\nThe answer is ${x}.`,
      (x: string) => `I count 3 of 4.\n#### ${x}`,
      (x: string) => `Answer: ${x} (checked 2 times)`,
      (x: string) => `The answer to question 3 is ${x}.`,
      (x: string) => `The answer is 17 + 4 = ${x}`,
      (x: string) => `**Answer:** ${x}\n\n(I took 2 steps.)`,
      (x: string) => `The final answer is:\n\n${x}`,
      (x: string) => `First 12, then 5, so in all ${x}`,
    )
    fc.assert(
      fc.property(decimals, written, said, (x, write, say) => {
        expect(gradeNumeric(say(write(x)), [String(x)], TOLERANCE), say(write(x))).to.equal(1)
      }),
    )
  })

  it('tells numbers apart that differ by more than the tolerance, and no others', () => {
    const relative = fc.double({ min: 1e-9, max: 0.5, noNaN: true })
    fc.assert(
      fc.property(decimals, relative, relative, (x, error, tolerance) => {
        fc.pre(x !== 0 && Math.abs(error - tolerance) > 1e-3 * tolerance && Math.abs(x * error) > 1e-9)
        expect(gradeNumeric(String(x * (1 + error)), [String(x)], tolerance)).to.equal(
          Number(error < tolerance),
        )
      }),
    )
  })

  it('finds no number in words', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        if (!/\d/.test(text)) expect(numberIn(text)).to.equal(undefined)
      }),
    )
  })

  const numbers: [string, number | undefined][] = [
    ['1,234,567.5', 1234567.5],
    ['12,3', 3],
    ['3/4', 0.75],
    ['\\frac{3}{4}', 0.75],
    ['\\boxed{\\dfrac{-3}{4}}', -0.75],
    ['1{,}234', 1234],
    ['10-5', 5],
    ['x = -5', -5],
    ['between 3-5', 5],
    ['.5', 0.5],
    ['6.02e23', 6.02e23],
    ['50%', 50],
    ['version v2', undefined],
    ['1/0', undefined],
    ['The answer is 7, not 8', 7],
    ['nothing', undefined],
    ['It costs $1,000.', 1000],
    ['The answer is \\boxed{12}. I checked 3 times', 12],
  ]
  for (const [text, value] of numbers)
    it(`reads ${JSON.stringify(text)} as ${value ?? 'none'}`, () => {
      expect(numberIn(text)).to.equal(value)
    })
})
