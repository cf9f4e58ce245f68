import { expect } from 'chai'
import fc from 'fast-check'

import { describeReceived } from '../../src/http/received.js'

describe('describeReceived', () => {
  it('shows scalars as JSON, and arrays and objects by their kind', () => {
    expect(describeReceived('a"b')).to.equal('"a\\"b"')
    expect(describeReceived(2.5)).to.equal('2.5')
    expect(describeReceived(Infinity)).to.equal('Infinity')
    expect(describeReceived(null)).to.equal('null')
    expect(describeReceived(true)).to.equal('true')
    expect(describeReceived(undefined)).to.equal('nothing')
    expect(describeReceived([])).to.equal('an empty array')
    expect(describeReceived([1])).to.equal('an array')
    expect(describeReceived({})).to.equal('an object')
  })

  it('is never longer than 80 characters', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => describeReceived(value).length <= 80))
    expect(describeReceived('\u0000'.repeat(1000))).to.have.length(80)
  })
})
