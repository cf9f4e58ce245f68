import { expect } from 'chai'

import { evaluate, OTHER } from '../../src/evaluate/evaluate.js'
import { METRICS } from '../../src/evaluate/measure.js'
import { isPredicting } from '../../src/evaluate/system.js'
import { tablesOf } from '../../src/evaluate/table.js'
import { auc } from '../../src/metrics/auc.js'
import { createRandom } from '../../src/numeric/random.js'
import { sampleOutcomes, sampleSystems } from './sample.js'

describe('evaluate', () => {
  const outcomes = sampleOutcomes()
  const systems = sampleSystems(outcomes)
  const options = { seed: 1, resamples: 200 }
  const evaluation = evaluate(outcomes, systems, { ...options, pair: { strong: 'strong', weak: 'weak' } })
  const [seer, means, random, oracle] = evaluation.overall.systems

  it('measures every system on the same outcomes', () => {
    expect(evaluation.overall).to.deep.include({ prompts: 90, outcomes: 240 })
    expect(seer?.metrics.auc?.value).to.equal(1)
    expect(seer?.metrics.ece?.value).to.be.closeTo(0.1, 1e-6)
    const predictions = systems.filter(isPredicting)[1]?.predictions
    if (predictions === undefined) throw new Error('the means predict')
    expect(means?.metrics.auc?.value).to.equal(auc(predictions, outcomes.score))
    expect(oracle?.metrics.routed?.value).to.equal(seer?.metrics.routed?.value)
    expect(random?.metrics.routed?.value).to.be.lessThan(means?.metrics.routed?.value ?? NaN)
    expect(random?.metrics).to.have.keys('routed')
  })

  it('gives each value an interval, and differences to the first system on the same samples', () => {
    const { value = NaN, low = NaN, high = NaN } = means?.metrics.auc ?? {}
    expect(value).to.be.within(low, high)
    expect(high - low).to.be.within(0.01, 0.3)
    expect(means?.difference.auc?.value).to.be.closeTo(value - 1, 1e-12)
    // The first system has AUC 1 in every sample, so the difference varies as the other does.
    expect(means?.difference.auc?.low).to.be.closeTo(low - 1, 1e-12)
    expect(oracle?.difference.routed).to.deep.equal({ value: 0, low: 0, high: 0 })
    expect(seer?.difference).to.deep.equal({})
  })

  it('takes groups apart, the small ones together', () => {
    expect(evaluation.sources.map(({ name, prompts }) => [name, prompts])).to.deep.equal([
      ['first', 50],
      ['second', 40],
    ])
    expect(evaluation.categories.map(({ name, prompts }) => [name, prompts])).to.deep.equal([
      ['code', 40],
      ['math', 40],
      [OTHER, 10],
    ])
    const sum = evaluation.categories.reduce((total, group) => total + group.outcomes, 0)
    expect(sum).to.equal(240)
    const oneSource = { ...outcomes, prompts: outcomes.prompts.map((prompt) => ({ ...prompt, source: 's' })) }
    expect(evaluate(oneSource, systems, options).sources).to.deep.equal([])
  })

  it('is the same for the same seed', () => {
    expect(evaluate(outcomes, systems, options)).to.deep.equal(evaluate(outcomes, systems, options))
  })

  it('sees that labels without sense cannot be predicted', () => {
    const random = createRandom(5)
    const shuffled = { ...outcomes, score: outcomes.score.map(() => Math.round(random())) }
    const found = evaluate(shuffled, systems.slice(0, 2), options).overall.systems
    for (const { name, metrics } of found) expect(metrics.auc?.value, name).to.be.within(0.4, 0.6)
  })

  it('prints every system, metric, group and note', () => {
    const lines = tablesOf(evaluation).join('\n')
    for (const part of ['seer: peeks', 'source first: 50 prompts', 'by category, seer', 'APGR', 'pairs']) {
      expect(lines).to.include(part)
    }
    const [header = '', row = ''] = tablesOf(evaluation).slice(2, 4)
    const titles = Object.values(METRICS).map(({ title }) => title)
    expect(header.trim().split(/ {2,}/)).to.deep.equal(titles)
    expect(row).to.match(/^seer +1\.000 ±0\.000 +/)
    // What predicts nothing can only be routed by.
    const cells = titles.map((title) => (title === 'routed' ? '0.000 ±0.000' : '–'))
    const withoutDigits = lines.replace(/\d/g, '0').split('\n')
    const rowOfRandom = withoutDigits.find((line) => line.startsWith('random '))
    expect(rowOfRandom?.split(/ {2,}/)).to.deep.equal(['random', ...cells])
    expect(lines).to.match(/^means +-0\.\d{3} ±0\.\d{3}\* /m)
    const alone = tablesOf(evaluate(outcomes, systems.slice(0, 1), options)).join('\n')
    expect(lines).to.include('difference to seer')
    expect(alone, 'one system differs from none').to.not.include('difference to')
  })
})
