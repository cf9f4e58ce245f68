import { expect } from 'chai'

import { createCollector, ratio } from '../../bench/results.js'
import type { Summary } from '../../bench/results.js'

describe('collect', () => {
  it('takes the median over the rounds, by metric and unit', () => {
    const results = createCollector('id', 'Title')
    for (const value of [3, 1, 2]) {
      results.add('a', [
        { metric: 'speed', unit: 'ms', value },
        { metric: 'speed', unit: 'GF/s', value: 10 * value },
      ])
    }
    const [row] = results.section().rows
    expect(row?.summaries).to.deep.equal([
      { metric: 'speed', unit: 'ms', median: 2, rounds: [3, 1, 2] },
      { metric: 'speed', unit: 'GF/s', median: 20, rounds: [30, 10, 20] },
    ])
  })

  it('keeps the rounds that went well, with the reason of one that failed', () => {
    const results = createCollector('id', 'Title')
    results.add('a', [{ metric: 'p50', unit: 'ms', value: 1 }])
    results.fail('a', 'it ended')
    const [row] = results.section().rows
    expect(row?.summaries).to.have.length(1)
    expect(row?.failed).to.equal('it ended')
  })
})

describe('ratio', () => {
  const summary = (unit: Summary['unit'], median: number): Summary => ({
    metric: 'x',
    unit,
    median,
    rounds: [],
  })

  it('is above 1 for what is better', () => {
    expect(ratio(summary('ms', 10), summary('ms', 20))).to.equal(2)
    expect(ratio(summary('requests/s', 10), summary('requests/s', 20))).to.equal(0.5)
  })
})
