import { expect } from 'chai'

import { evaluatePair, validatePair } from '../../src/evaluate/evaluatePair.js'
import { thrownBy } from '../rejection.js'
import { judged } from '../outcomes/judged.js'
import { sampleOutcomes, sampleSystems } from './sample.js'

describe('evaluatePair', () => {
  const outcomes = sampleOutcomes()
  const systems = sampleSystems(outcomes)
  const options = { seed: 1, resamples: 100 }

  it('routes between two LLMs on the prompts that have both', () => {
    const report = evaluatePair(outcomes, systems, { strong: 'strong', weak: 'middle' }, options)
    expect(report.prompts).to.equal(60)
    expect(report.systems.map(({ name }) => name)).to.deep.equal(['seer', 'means'])
    const [seer, means] = report.systems
    // Means know no prompt from another: one threshold, and a straight line.
    expect(means?.apgr?.value).to.be.closeTo(0.5, 1e-12)
    expect(means?.cpt80?.value).to.be.closeTo(0.8, 1e-12)
    expect(means?.curve).to.have.length(2)
    expect(seer?.apgr?.value).to.be.greaterThan(0.8)
    expect(seer?.curve.at(-1)?.quality).to.be.closeTo(report.quality.strong, 1e-12)
    expect(seer?.curve[0]?.quality).to.be.closeTo(report.quality.weak, 1e-12)
  })

  it('rejects an LLM without outcomes, and a strong one that is the weaker', () => {
    const rejected = (strong: string, weak: string) =>
      thrownBy(() => evaluatePair(outcomes, systems, { strong, weak }, options))
    expect(rejected('strong', 'none')).to.include({
      code: 'INVALID_ARGUMENT',
      message: 'expected an LLM with outcomes in the evaluated split, got "none"',
    })
    expect(rejected('weak', 'strong').message).to.match(
      /expected weak to be better than strong on the prompts of both, got 0\.\d+ and 0\.\d+/,
    )
    for (const [strong, weak] of [
      ['strong', 'none'],
      ['weak', 'strong'],
    ] as const) {
      const early = thrownBy(() => validatePair(outcomes, { strong, weak }))
      expect(early.message, 'without any system').to.equal(rejected(strong, weak).message)
    }
    validatePair(outcomes, { strong: 'strong', weak: 'weak' })
  })

  it('rejects two LLMs that no prompt has both of', () => {
    const apart = judged([
      { prompt: 'p', scores: { a: 1 } },
      { prompt: 'q', scores: { b: 0 } },
    ]).outcomes
    expect(thrownBy(() => validatePair(apart, { strong: 'a', weak: 'b' }))).to.include({
      code: 'INVALID_ARGUMENT',
      message: 'expected a prompt with outcomes of both a and b, got none',
    })
  })
})
