import { expect } from 'chai'

import { bandsSvg } from '../../../src/evaluate/decisions/charts.js'
import { measureDecisions } from '../../../src/evaluate/decisions/measureDecisions.js'
import type { DecisionReport } from '../../../src/evaluate/decisions/measureDecisions.js'
import { at } from '../../../src/numeric/at.js'
import { judgedPrompts } from './candidates.js'

describe('bands of decisions', () => {
  let report: DecisionReport
  before(async () => {
    report = await measureDecisions(judgedPrompts(300), { z: 0.5, seed: 1, resamples: 60, bandSamples: 60 })
  })

  it('are of random mixing, of value and of dial, up to the cost of the best constant', () => {
    const { bands = [], points } = report
    expect(bands.map(({ objective, view }) => [objective, view])).to.deep.equal([
      ['constants', 'constants'],
      ['value', 'model'],
      ['dial', 'model'],
    ])
    const best = points.find(({ name }) => name === 'best constant')
    for (const band of bands) {
      const costs = band.points.map(({ cost }) => cost)
      expect(costs).to.deep.equal([...costs].sort((a, b) => a - b))
      expect(costs.at(-1)).to.be.closeTo(best?.cost ?? NaN, 1e-12)
      for (const { score } of band.points) expect(score.value).to.be.within(score.low, score.high)
    }
  })

  it('are what the curves are at the same cost', () => {
    const band = report.bands?.find(({ objective }) => objective === 'value')
    const curve = report.curves.find(({ objective, view }) => objective === 'value' && view === 'model')
    const last = band?.points.at(-1)
    // The last share is all of the cost.
    expect(last?.score.value).to.equal(curve?.compared[report.shares.length - 1]?.value?.value)
  })

  it('are drawn with what is chosen once, unless nothing costs anything', () => {
    const svg = bandsSvg(report)
    expect(svg).not.to.match(/NaN|Infinity|undefined/)
    expect(svg?.match(/<polygon /g)).to.have.length(3)
    for (const { name } of report.points) expect(svg).to.include(`>${name}</text>`)
    const free = {
      ...report,
      bands: [],
      points: report.points.map((point) => ({ ...point, cost: 0 })),
    }
    expect(bandsSvg(free)).to.equal(undefined)
    const one = { ...free, points: [at(report.points, 0)] }
    expect(bandsSvg(one)).not.to.match(/NaN|Infinity/)
  })

  it('are measured only if they are asked for', async () => {
    const plain = await measureDecisions(judgedPrompts(20), { z: 0.5, seed: 1, resamples: 5 })
    expect(plain).to.not.have.property('bands')
  })
})
