import { expect } from 'chai'

import { transform } from '../../src/features/transform.js'

const feature = { raw: () => 0, log: false, zeroInflated: false }

describe('transform', () => {
  it('scales', () => {
    expect(transform(5, feature, 3, 4)).to.equal(0.5)
  })

  it('takes the logarithm of no less than a millionth', () => {
    const log = { ...feature, log: true }
    expect(transform(1, log, 0, 1)).to.equal(0)
    expect(transform(0, log, 0, 1)).to.be.closeTo(Math.log(1e-6), 1e-5)
  })

  it('gives -1 for a zero that most prompts have, and ln(1 + exp(z)) for the rest', () => {
    const rare = { ...feature, zeroInflated: true }
    expect(transform(0, rare, 3, 4)).to.equal(-1)
    expect(transform(3, rare, 3, 4)).to.equal(Math.fround(Math.LN2))
    expect(transform(1e6, rare, 0, 1)).to.equal(1e6)
  })

  it('gives -1 if the scaler cannot scale', () => {
    expect(transform(5, feature, null, 1)).to.equal(-1)
    expect(transform(5, feature, 1, null)).to.equal(-1)
    expect(transform(5, feature, 1, 0)).to.equal(-1)
    expect(transform(5, feature, 1e300, 1)).to.equal(-1)
  })
})
