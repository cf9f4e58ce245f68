import { expect } from 'chai'

import { renderSvg } from '../../../bench/report/svg.js'
import { sampleResults } from './sample.js'

describe('performance.svg', () => {
  it('has a bar for each system that was measured, the longest for the largest value', () => {
    const svg = renderSvg(sampleResults())
    const widths = [...svg.matchAll(/<rect x="[\d.]+" y="\d+" width="([\d.]+)" height="16"/g)].map((bar) =>
      Number(bar[1]),
    )
    expect(widths).to.have.length(4)
    const [ours = 0, pytorch = 0] = widths
    expect(ours / pytorch).to.be.closeTo(10 / 32.56, 0.001)
  })

  it('says which way is better, with values and ratios', () => {
    const svg = renderSvg(sampleResults())
    expect(svg).to.include('>p50, ms (less is better)<')
    expect(svg).to.include('>throughput, requests/s (more is better)<')
    expect(svg).to.include('>1,230 requests/s (12×)<')
  })

  it('escapes names', () => {
    const results = sampleResults()
    const renamed = JSON.parse(JSON.stringify(results).replaceAll('"ours"', '"a <b> & c"')) as typeof results
    expect(renderSvg(renamed)).to.include('a &lt;b&gt; &amp; c')
  })
})
