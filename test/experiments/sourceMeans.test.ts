import { expect } from 'chai'
import fc from 'fast-check'

import { compareSystems, meanOverSources } from '../../src/experiments/sourceMeans.js'
import { at } from '../../src/numeric/at.js'

const share = fc.record({ above: fc.integer({ min: 0, max: 9 }), below: fc.integer({ min: 1, max: 9 }) })
const anyUnit = fc.record({ source: fc.constantFrom('a', 'b', 'c'), shares: fc.record({ loss: share }) })
const anyUnits = fc.array(anyUnit, { minLength: 1, maxLength: 20 })

describe('compareSystems', () => {
  it('is the plain mean over sources of the sum above over the sum below', () => {
    fc.assert(
      fc.property(anyUnits, (units) => {
        const sources = [...new Set(units.map(({ source }) => source))]
        const values = sources.map((wanted) => {
          const own = units.filter(({ source }) => source === wanted).map(({ shares }) => shares.loss)
          return (
            own.reduce((sum, { above }) => sum + above, 0) / own.reduce((sum, { below }) => sum + below, 0)
          )
        })
        const expected = values.reduce((a, b) => a + b) / values.length
        expect(meanOverSources(units, 'loss')).to.be.closeTo(expected, 1e-12)
        const [only] = compareSystems([{ name: 'x', units }], 1)
        expect(only?.value).to.be.closeTo(expected, 1e-12)
      }),
      { numRuns: 20 },
    )
  })

  it('finds no difference between a system and itself, whatever the sample', () => {
    const units = fc.sample(anyUnits, { numRuns: 1, seed: 3 })[0] ?? []
    const [first, second] = compareSystems(
      [
        { name: 'x', units },
        { name: 'y', units },
      ],
      1,
    )
    expect(first).to.not.have.property('difference')
    expect(second?.difference).to.deep.equal({ value: 0, overUnits: [0, 0], overSources: [0, 0] })
  })

  it('has a wide interval over sources if they disagree, and a narrow one over many units that agree within them', () => {
    const unitsOf = (values: readonly number[]) =>
      values.flatMap((value, s) =>
        Array.from({ length: 50 }, () => ({ source: `s${s}`, shares: { loss: { above: value, below: 1 } } })),
      )
    const systems = [
      { name: 'x', units: unitsOf([0, 0, 0, 0]) },
      { name: 'y', units: unitsOf([1, -1, 1, -1]) },
    ]
    const difference = at(compareSystems(systems, 1), 1).difference
    expect(difference?.value).to.equal(0)
    expect(difference?.overUnits).to.deep.equal([0, 0])
    const [low, high] = difference?.overSources ?? []
    expect(low).to.be.at.most(-0.5)
    expect(high).to.be.at.least(0.5)
  })

  it('leaves out a metric that a system does not have', () => {
    const rows = compareSystems(
      [
        {
          name: 'x',
          units: [{ source: 'a', shares: { loss: { above: 1, below: 2 }, width: { above: 1, below: 1 } } }],
        },
        { name: 'y', units: [{ source: 'a', shares: { loss: { above: 2, below: 2 } } }] },
      ],
      1,
    )
    expect(rows.map(({ metric, system, value }) => [metric, system, value])).to.deep.equal([
      ['loss', 'x', 0.5],
      ['loss', 'y', 1],
      ['width', 'x', 1],
    ])
  })
})
