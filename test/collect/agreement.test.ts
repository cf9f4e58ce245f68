import { expect } from 'chai'
import fc from 'fast-check'

import { agreementOf } from '../../src/collect/agreement.js'

const verdicts = fc.constantFrom('pass', 'fail', 'tie')
const pairsOfVerdicts = fc.array(fc.tuple(verdicts, verdicts), { minLength: 1, maxLength: 50 })

/** Kappa from a table of counts, as textbooks have it: (n · diagonal - margins) / (n² - margins). */
function fromCounts(pairs: readonly (readonly [string, string])[]): number {
  const names = ['pass', 'fail', 'tie']
  const table = names.map((row) =>
    names.map((column) => pairs.filter(([a, b]) => a === row && b === column).length),
  )
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
  const rows = table.map(sum)
  const columns = names.map((_, c) => sum(table.map((row) => row[c] ?? NaN)))
  const diagonal = sum(names.map((_, i) => table[i]?.[i] ?? NaN))
  const margins = sum(rows.map((row, i) => row * (columns[i] ?? NaN)))
  return (pairs.length * diagonal - margins) / (pairs.length ** 2 - margins)
}

describe('agreementOf', () => {
  it('is the kappa of the table of counts', () => {
    fc.assert(
      fc.property(pairsOfVerdicts, (pairs) => {
        const { graded, agreement, kappa } = agreementOf(pairs)
        expect(graded).to.equal(pairs.length)
        expect(agreement).to.be.within(0, 1)
        if (new Set(pairs.flat()).size === 1) expect(kappa).to.equal(null)
        else expect(kappa).to.be.closeTo(fromCounts(pairs), 1e-9)
      }),
    )
  })

  it('is 1 for the same verdicts and depends on no order', () => {
    fc.assert(
      fc.property(pairsOfVerdicts, (pairs) => {
        const swapped = pairs.map(([a, b]) => [b, a] as const).reverse()
        expect(agreementOf(swapped).kappa ?? 1).to.be.closeTo(agreementOf(pairs).kappa ?? 1, 1e-9)
        const same = agreementOf([...pairs.map(([a]) => [a, a] as const), ['pass', 'pass'], ['fail', 'fail']])
        expect(same.kappa).to.be.closeTo(1, 1e-9)
      }),
    )
  })

  it('has the value of a published example', () => {
    // Fleiss, Statistical methods for rates and proportions: 0.75, 0.01, 0.04; 0.05, 0.04, 0.01; 0, 0, 0.1 of 100.
    const counts: [string, string, number][] = [
      ['a', 'a', 75],
      ['a', 'b', 1],
      ['a', 'c', 4],
      ['b', 'a', 5],
      ['b', 'b', 4],
      ['b', 'c', 1],
      ['c', 'c', 10],
    ]
    const pairs = counts.flatMap(([a, b, n]) => Array.from({ length: n }, () => [a, b] as const))
    expect(agreementOf(pairs).kappa).to.be.closeTo(0.68, 0.005)
  })

  it('needs verdicts', () => expect(() => agreementOf([])).to.throw(RangeError))
})
