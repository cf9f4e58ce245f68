import { expect } from 'chai'

import { linesOfBlocks, linesOfCategories, linesOfSources } from '../../../src/cli/unseen/report.js'

describe('reports of what training has not seen', () => {
  const metrics = [
    { metric: 'log loss', system: 'recipe', value: 0.55 },
    {
      metric: 'log loss',
      system: 'LLM mean',
      value: 0.7,
      difference: { value: 0.15, overUnits: [-0.01, 0.2], overSources: [0.05, 0.25] },
    },
  ] as const

  it('give each difference its two intervals', () => {
    expect(linesOfBlocks({ cells: 12, metrics: [...metrics] })).to.deep.equal([
      'unseen blocks (LLM x source), 12 of them, means over sources:',
      '  log loss, recipe: 0.5500',
      '  log loss, LLM mean: 0.7000 (+0.1500; over units -0.0100 to +0.2000, over sources +0.0500 to +0.2500)',
    ])
  })

  const estimate = { value: 0.5, low: 0.25, high: 0.75 }
  const none = { prompts: 0 }

  it('set the routed score of each source beside the best constant, then what care is worth', () => {
    const routed = [{ source: 'a', recipe: 0.5, constant: 0.25 }]
    const scores = { best: 0.5, constant: 0.25, guarded: 0.375 }
    const guard = {
      z: 0.75,
      sources: [{ source: 'a', prompts: 8, ...scores, standardError: 0.125 }],
      known: { prompts: 9, ...scores, kept: estimate },
    }
    const below = { prompts: 3, gain: estimate, overSources: estimate, share: 0.25 }
    const careful = {
      guard,
      familiarity: [{ bound: 0.05, unseen: below, known: none }],
      evidence: [{ bound: 10, unseen: none, known: { prompts: 2, gain: estimate } }],
    }
    expect(linesOfSources({ sources: ['a', 'b'], metrics: [], routed, careful })).to.deep.equal([
      'unseen sources, 2 of them, means over sources:',
      '  routed, source by source, and with the best constant of the training data:',
      '    a: 0.500, 0.250',
      '  guard, z = 0.75, less the best constant, with its standard error:',
      '    a (8 prompts): +0.1250 ± 0.1250',
      '    of the gain on known sources +0.5000 (+0.2500 to +0.7500) is kept',
      '  gain over the best constant below a bound of familiarity, on unseen sources and on known ones:',
      '    0.05: +0.5000 (+0.2500 to +0.7500) on 3 prompts, 0.25 of the whole gain; no prompts',
      '  gain over the best constant below a bound of evidence, on unseen sources and on known ones:',
      '    10: no prompts; +0.5000 (+0.2500 to +0.7500) on 2 prompts',
    ])
  })

  it('name the outcomes that categories were left out of', () => {
    const report = { prompts: 2, outcomes: 4, metrics: metrics.slice(0, 1) }
    expect(linesOfCategories(report)).to.deep.equal([
      'unseen categories, 2 prompts and 4 outcomes:',
      '  log loss, recipe: 0.5500',
    ])
  })
})
