import { expect } from 'chai'

import { squareChart } from '../../src/charts/axes.js'
import { colorOf, polyline } from '../../src/charts/svg.js'

describe('squareChart', () => {
  const options = { title: 'a < b', x: 'across', y: 'up', range: [2, 4], legend: ['one', 'two'] } as const

  it('places values between the ends of its axes', () => {
    const svg = squareChart(options, (place) => [polyline([place(0, 2), place(0.5, 3), place(1, 4)], 'red')])
    expect(svg).to.include('<polyline points="70.0,440.0 270.0,240.0 470.0,40.0" fill="none" stroke="red" />')
  })

  it('has a title, names of the axes, ticks and a legend in the colors of the series', () => {
    const svg = squareChart({ ...options, note: 'note' }, () => [])
    for (const text of ['a &lt; b', 'across', 'up', '0.0', '1.0', '2.00', '4.00', 'one', 'two', 'note']) {
      expect(svg).to.include(`>${text}</text>`)
    }
    for (const i of [0, 1]) expect(svg).to.include(`fill="${colorOf(i)}"`)
  })
})

describe('colorOf', () => {
  it('begins again after ten', () => {
    const colors = Array.from({ length: 10 }, (_, i) => colorOf(i))
    expect(new Set(colors).size).to.equal(10)
    expect(colorOf(10)).to.equal(colors[0])
  })
})
