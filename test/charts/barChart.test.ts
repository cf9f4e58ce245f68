import { expect } from 'chai'

import { barChart } from '../../src/charts/barChart.js'

const LAYOUT = { nameWidth: 100, labelWidth: 100 }
const bar = (name: string, value: number) => ({ name, value, color: '#123456', label: `${value}!` })

describe('barChart', () => {
  it('draws bars in proportion to their values', () => {
    const svg = barChart([{ title: 't', bars: [bar('a', 1), bar('b', 4), bar('c', 0)] }], LAYOUT)
    const widths = [...svg.matchAll(/width="([\d.]+)" height="16"/g)].map(([, width]) => Number(width))
    // The longest fills what the margins, names and labels leave; even 0 can be seen.
    expect(widths).to.deep.equal([165, 660, 1])
    for (const text of ['>a<', '>b<', '>1!<', '>4!<', '>t<']) expect(svg).to.include(text)
  })

  it('scales each panel by itself, and by the ends of its whiskers', () => {
    const long = { ...bar('a', 1), interval: { low: 0.5, high: 2 } }
    const panels = [
      { title: 'one', bars: [long] },
      { title: 'none', bars: [] },
      { title: 'two', subtitle: 'below', bars: [bar('b', 100)] },
    ]
    const svg = barChart(panels, { ...LAYOUT, note: 'the end' })
    const widths = [...svg.matchAll(/width="([\d.]+)" height="16"/g)].map(([, width]) => Number(width))
    expect(widths).to.deep.equal([330, 660])
    expect(svg).to.match(/<line x1="285\.0" x2="780\.0"/)
    expect(svg).to.include('>below<').and.to.include('>the end<').and.not.to.include('>none<')
  })

  it('is as high as its panels', () => {
    const heightOf = (bars: number) => {
      const panel = { title: 't', bars: Array.from({ length: bars }, (_, i) => bar(`${i}`, i)) }
      return Number(/viewBox="0 0 900 (\d+)"/.exec(barChart([panel], LAYOUT))?.[1])
    }
    expect(heightOf(3) - heightOf(2)).to.equal(22)
  })
})
