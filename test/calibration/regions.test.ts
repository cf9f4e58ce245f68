import { expect } from 'chai'
import fc from 'fast-check'

import { familiarityOf, placeOf } from '../../src/calibration/regions.js'
import { matrixOf } from '../../src/numeric/matrix.js'

const quantiles = fc
  .array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 2, maxLength: 30 })
  .map((values) => values.sort((a, b) => a - b))
const cosine = fc.double({ min: -1, max: 1, noNaN: true })

describe('familiarityOf', () => {
  it('is linear between quantiles', () => {
    const steps = [0.1, 0.3, 0.4, 0.8]
    const at = (value: number) => familiarityOf(value, steps)
    expect([0, 0.0999, 0.8, 1].map(at)).to.deep.equal([0, 0, 1, 1])
    expect(at(0.1)).to.equal(0)
    expect(at(0.2)).to.be.closeTo(1 / 6, 1e-12)
    expect(at(0.3)).to.be.closeTo(1 / 3, 1e-12)
    expect(at(0.6)).to.be.closeTo(5 / 6, 1e-12)
  })

  it('counts all of several equal quantiles', () => {
    expect(familiarityOf(0.5, [0, 0.5, 0.5, 0.5, 1])).to.equal(0.75)
    expect(familiarityOf(0.5, [0.5, 0.5])).to.equal(1)
  })

  it('never falls, and is in [0, 1]', () => {
    fc.assert(
      fc.property(quantiles, cosine, cosine, (steps, a, b) => {
        const [less, more] = [familiarityOf(Math.min(a, b), steps), familiarityOf(Math.max(a, b), steps)]
        expect(less).to.be.at.least(0)
        expect(more).to.be.at.most(1)
        expect(less).to.be.at.most(more)
      }),
    )
  })

  it('is the share of samples below, to the width of a step', () => {
    fc.assert(
      fc.property(fc.uniqueArray(cosine, { minLength: 2, maxLength: 40 }), cosine, (samples, value) => {
        const sorted = samples.sort((a, b) => a - b)
        const below = sorted.filter((sample) => sample <= value).length
        expect(familiarityOf(value, sorted)).to.be.within(
          Math.max(0, below - 1) / (sorted.length - 1),
          Math.min(1, below / (sorted.length - 1)),
        )
      }),
    )
  })
})

describe('placeOf', () => {
  const centroids = matrixOf(Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0.6, 0.8), 3)
  const regions = { centroids, familiarity: [0, 1] }

  it('takes the centroid with the greatest cosine, whatever the length of the vector', () => {
    expect(placeOf(Float32Array.of(3, 1, 0), regions).region).to.equal(0)
    expect(placeOf(Float32Array.of(0, 9, 2), regions).region).to.equal(1)
    const place = placeOf(Float32Array.of(0, 30, 40), regions)
    expect(place.region).to.equal(2)
    expect(place.familiarity).to.be.closeTo(1, 1e-6)
    expect(placeOf(Float32Array.of(0, 0, 5), regions).familiarity).to.be.closeTo(0.8, 1e-6)
  })

  it('gives a vector without direction no familiarity', () => {
    expect(placeOf(new Float32Array(3), regions)).to.deep.equal({ region: 0, familiarity: 0 })
  })

  it('throws for a vector of another width', () => {
    expect(() => placeOf(new Float32Array(2), regions)).to.throw(RangeError)
  })
})
