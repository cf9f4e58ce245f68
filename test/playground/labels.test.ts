import { expect } from 'chai'
import fc from 'fast-check'

import { placeLabels } from '../../src/playground/labels.js'

describe('labels', () => {
  const label = fc.record({
    text: fc.string({ minLength: 1, maxLength: 30 }),
    x: fc.nat({ max: 600 }),
    y: fc.nat({ max: 300 }),
  })

  it('never lie over one another, over a dot or outside, and keep their order', () => {
    fc.assert(
      fc.property(fc.array(label, { maxLength: 30 }), (wanted) => {
        const placed = placeLabels(wanted, [0, 600], wanted)
        const boxes = placed.map(({ text, x, y }) => ({ left: x, right: x + 6 * text.length, y }))
        for (const [i, a] of boxes.entries()) {
          expect(a.left).to.be.at.least(0)
          expect(a.right).to.be.at.most(600)
          for (const { x, y } of wanted)
            expect(x > a.left && x < a.right && y < a.y && y > a.y - 10).to.equal(false)
          for (const b of boxes.slice(i + 1)) {
            const isApart = a.right <= b.left || b.right <= a.left || Math.abs(a.y - b.y) >= 12
            expect(isApart).to.equal(true)
          }
        }
        const texts = wanted.map(({ text }) => text)
        let from = 0
        for (const { text } of placed) {
          from = texts.indexOf(text, from) + 1
          expect(from).to.be.greaterThan(0)
        }
      }),
    )
  })

  it('gives the first the place to the right of its point', () => {
    expect(placeLabels([{ text: 'gpt-4o', x: 100, y: 50 }], [0, 600], [])).to.deep.equal([
      { text: 'gpt-4o', x: 108, y: 64 },
    ])
  })
})
