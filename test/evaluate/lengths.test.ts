import { expect } from 'chai'

import { countedOutcomes, meanLengths, measureLengths } from '../../src/evaluate/lengths.js'
import { judged } from '../outcomes/judged.js'

const row = (prompt: string, source: string, tokens: Record<string, number>) => ({
  prompt,
  source,
  scores: { a: 1, b: 0 },
  tokens,
})
const { outcomes: all } = judged([
  row('p', 's', { a: 100, b: 10 }),
  row('q', 's', { a: 200 }),
  row('r', 't', {}),
  row('u', 't', { a: 50, b: 0 }),
])
const OPTIONS = { seed: 1, resamples: 50 }

describe('measureLengths', () => {
  const outcomes = countedOutcomes(all)

  it('measures what was counted, by source as well, with intervals', () => {
    expect(outcomes.prompts.map(({ text }) => text)).to.deep.equal(['p', 'q', 'u'])
    const median = Float64Array.of(100, 20, 100, 50, 1)
    const distribution = {
      expected: Float64Array.of(150, 30, 150, 60, 1),
      low: Float64Array.of(90, 15, 80, 10, 1),
      high: Float64Array.of(120, 40, 300, 90, 2),
    }
    const { overall, sources } = measureLengths(outcomes, [{ name: 'm', median, distribution }], OPTIONS)
    expect([overall.prompts, overall.answers]).to.deep.equal([3, 5])
    const metrics = overall.systems[0]?.metrics
    // Relative errors 0, 1, .5, 0, 0; b's answer to p lies below its interval.
    expect(metrics?.medianError?.value).to.equal(0)
    expect(metrics?.coverage?.value).to.equal(0.8)
    expect(metrics?.cost?.value).to.be.closeTo(391 / 361, 1e-12)
    expect(metrics?.r2?.value).to.be.within(0.9, 1)
    for (const { value, low, high } of Object.values(metrics ?? {})) {
      expect(low).to.be.at.most(value)
      expect(high).to.be.at.least(value)
    }
    expect(sources.map(({ name, answers }) => [name, answers])).to.deep.equal([
      ['s', 3],
      ['t', 2],
    ])
    expect(sources[1]?.systems[0]?.metrics.medianError?.value).to.equal(0)
  })

  it('compares with the mean of each LLM in the training split, of which an interval is not asked', () => {
    const training = countedOutcomes(
      judged([row('x', 's', { a: 10 }), row('y', 's', { a: 1000 }), row('z', 's', { a: 1 })]).outcomes,
    )
    const system = meanLengths(training, outcomes)
    // The mean of logs: the cube root of 10,000; of b nothing is known but the mean of all.
    const expected = 10_000 ** (1 / 3)
    expect([...system.median]).to.have.length(5)
    for (const median of system.median) expect(median).to.be.closeTo(expected, 1e-9)
    const { overall } = measureLengths(outcomes, [system], OPTIONS)
    expect(overall.systems[0]?.metrics).to.have.all.keys('r2', 'medianError')
  })
})
