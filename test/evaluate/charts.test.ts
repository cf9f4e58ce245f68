import { expect } from 'chai'

import { barsSvg, reliabilitySvg, routeSvg } from '../../src/evaluate/charts.js'
import { evaluate } from '../../src/evaluate/evaluate.js'
import { METRIC_NAMES } from '../../src/evaluate/measure.js'
import { sampleOutcomes, sampleSystems } from './sample.js'

describe('charts', () => {
  const outcomes = sampleOutcomes()
  const [seer, ...others] = sampleSystems(outcomes)
  if (seer === undefined) throw new Error('no systems')
  const systems = [{ ...seer, name: '<seer> & co' }, ...others]
  const pair = { strong: 'strong', weak: 'weak' }
  const evaluation = evaluate(outcomes, systems, { seed: 1, resamples: 50, pair })
  if (evaluation.pairRouting === undefined) throw new Error('no pair')
  const charts = {
    metrics: barsSvg(evaluation),
    reliability: reliabilitySvg(evaluation),
    route: routeSvg(evaluation.pairRouting),
  }

  for (const [name, svg] of Object.entries(charts)) {
    it(`${name} is an SVG of numbers, with names escaped`, () => {
      expect(svg).to.match(/^<svg [^>]*viewBox="0 0 \d+ \d+"/)
      expect(svg).to.include('&lt;seer&gt; &amp; co')
      expect(svg).not.to.match(/NaN|Infinity|undefined|<seer>/)
    })
  }

  it('metrics has a bar with a whisker for each value', () => {
    // Every metric of two systems that predict, and one of each that does not.
    expect(charts.metrics.match(/stroke-width="1\.5"/g)).to.have.length(METRIC_NAMES.length * 2 + 2)
  })

  it('route begins at the weak LLM and ends at the strong one', () => {
    const lines = [...charts.route.matchAll(/<polyline points="([^"]+)"/g)].map(
      (match) => match[1]?.split(' ') ?? [],
    )
    const [random = [], ...curves] = lines.toReversed()
    expect(curves).to.have.length(2)
    for (const curve of curves) expect([curve[0], curve.at(-1)]).to.deep.equal([random[0], random.at(-1)])
  })

  it('route draws random routing above the curves, since the means of the LLMs give the same line', () => {
    const lines = charts.route.match(/<polyline [^>]*>/g) ?? []
    const dashed = lines.filter((line) => line.includes('dasharray'))
    expect(dashed).to.deep.equal(lines.slice(-1))
  })
})
