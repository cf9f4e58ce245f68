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

  it('set the routed score of each source beside the best constant', () => {
    const routed = [{ source: 'a', recipe: 0.5, constant: 0.25 }]
    expect(linesOfSources({ sources: ['a', 'b'], metrics: [], routed })).to.deep.equal([
      'unseen sources, 2 of them, means over sources:',
      '  routed, source by source, and with the best constant of the training data:',
      '    a: 0.500, 0.250',
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
