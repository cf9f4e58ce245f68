import { expect } from 'chai'

import { performancePage } from '../../../bench/report/page.js'
import { pageOf } from '../../../src/report/page.js'
import { sampleResults } from './sample.js'

describe('performance.html', () => {
  const results = sampleResults()
  const page = pageOf(performancePage(results))

  it('has a chart and a table of each workload, what failed, and what was skipped', () => {
    expect(page.match(/<figure/g)).to.have.length(results.sections.length)
    for (const text of [
      '10.0 (3.3×)',
      '1,230 (12×)',
      'embedder failed: first line',
      'Skipped: missing (No module named &quot;x&quot;)',
      'Some &lt;CPU&gt;',
      'express 5.0.0',
    ])
      expect(page).to.include(text)
    expect(page).not.to.match(/NaN|Infinity|undefined/)
  })

  it('has all numbers as JSON', () => {
    const [, json = ''] = /id="data">(.*?)<\/script>/s.exec(page) ?? []
    expect(JSON.parse(json)).to.deep.equal(JSON.parse(JSON.stringify(results)))
  })

  it('says so if it is a trial', () => {
    const trial = pageOf(performancePage({ ...results, quick: true }))
    expect(trial).to.include('it measures nothing')
  })
})
