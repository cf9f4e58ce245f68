import { expect } from 'chai'

import { unseenReport } from '../../../src/experiments/report/unseenReport.js'
import type { UnseenResult } from '../../../src/experiments/report/unseenReport.js'
import { pageOf } from '../../../src/report/page.js'

const metrics = [
  { metric: 'log loss', system: 'first', value: 0.5 },
  {
    metric: 'log loss',
    system: '<other>',
    value: 0.52,
    difference: { value: 0.02, overUnits: [-0.01, 0.05], overSources: [0.01, 0.03] },
  },
] satisfies NonNullable<UnseenResult['dev']>['metrics']
const estimate = { value: 0.01, low: -0.02, high: 0.04 }
const step = { bound: 0.1, unseen: { prompts: 1200, gain: estimate }, known: { prompts: 0 } }
const RESULT: UnseenResult = {
  dev: { prompts: 10, metrics },
  unseenBlocks: { cells: 12, metrics },
  unseenSources: {
    sources: ['a', 'b'],
    metrics,
    routed: [{ source: 'a', recipe: 0.7, constant: 0.75 }],
    careful: {
      guard: {
        z: 0.75,
        sources: [{ source: 'a', prompts: 3, best: 0.7, constant: 0.75, guarded: 0.76, standardError: 0.02 }],
        known: {
          prompts: 9,
          best: 0.8,
          constant: 0.7,
          guarded: 0.78,
          kept: { value: 0.8, low: 0.7, high: 0.9 },
        },
      },
      familiarity: [step],
      evidence: [step],
    },
  },
  unseenCategories: { prompts: 20, outcomes: 300, metrics },
  newLlms: [
    { size: 0, named: { logLoss: 0.6, pairs: 0.72 }, unnamed: { logLoss: 0.64, pairs: 0.69 } },
    { size: 10, named: { logLoss: 0.58, pairs: 0.76 }, unnamed: { logLoss: 0.6, pairs: 0.74 } },
  ],
}
const told = { first: 'first', subtitle: 'today', provenance: { seed: 1 } }

describe('unseenReport', () => {
  it('has a section for everything that was left out, with marks, and all numbers as JSON', () => {
    const report = unseenReport({ result: RESULT, ...told })
    expect(report.sections.map(({ title }) => title)).to.deep.equal([
      'The dev split',
      'Unseen blocks',
      'Unseen sources',
      'Careful choices',
      'Where a choice is not believed',
      'Unseen categories',
      'Unseen LLMs',
    ])
    const page = pageOf(report)
    for (const text of [
      '&lt;other&gt;',
      '+0.020*',
      '+0.010 to +0.030',
      '−0.050',
      '0.80 (0.70 to 0.90)',
      '1,200',
    ])
      expect(page).to.include(text)
    expect(page).not.to.match(/NaN|Infinity|undefined/)
    const [, json = ''] = /id="data">(.*?)<\/script>/s.exec(page) ?? []
    expect(JSON.parse(json)).to.deep.equal(JSON.parse(JSON.stringify({ seed: 1, ...RESULT })))
  })

  it('leaves out what was not measured, and draws no line through one point', () => {
    const report = unseenReport({ result: { newLlms: RESULT.newLlms?.slice(0, 1) ?? [] }, ...told })
    expect(report.sections.map(({ title }) => title)).to.deep.equal(['Unseen LLMs'])
    expect(pageOf(report)).to.not.include('<figure')
  })
})
