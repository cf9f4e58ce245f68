import { expect } from 'chai'

import { measureDecisions } from '../../../src/evaluate/decisions/measureDecisions.js'
import { costSection } from '../../../src/evaluate/report/costSection.js'
import { judgedPrompts } from '../decisions/candidates.js'

const textOf = (section: ReturnType<typeof costSection>) =>
  [section.about, ...section.content.map(({ text }) => text)].join('\n')

describe('costSection', () => {
  it('has the choices, the curves and where the prices come from', async () => {
    const report = await measureDecisions(judgedPrompts(60), {
      z: 0.5,
      seed: 1,
      resamples: 10,
      bandSamples: 10,
    })
    const text = textOf(costSection({ report, unpriced: ['<nobody>'], prices: 'Prices of today.' }))
    for (const { name, cost } of report.points) {
      expect(text)
        .to.include(name)
        .and.include(`$${(1000 * cost).toPrecision(3)}`)
    }
    expect(text).to.include('<figure').and.include('value, kNN').and.include('Prices of today.')
    expect(text).to.include('no price is known: 1 LLMs').and.include('&lt;nobody&gt;')
  })

  it('says plainly why there is none', () => {
    const section = costSection({ missing: 'No prices are known.' })
    expect(textOf(section)).to.include('No prices are known.').and.not.include('<figure')
  })
})
