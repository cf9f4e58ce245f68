import { expect } from 'chai'

import { formatNumber, formatRatio } from '../../../bench/report/format.js'

describe('formatNumber', () => {
  const cases: [number, string][] = [
    [0, '0'],
    [0.012345, '0.0123'],
    [1.2345, '1.23'],
    [25, '25.0'],
    [99.96, '100'],
    [123.45, '123'],
    [1234.5, '1,230'],
    [999_600, '1,000,000'],
    [41_999, '42,000'],
  ]
  for (const [value, text] of cases)
    it(`writes ${value} as ${text}`, () => expect(formatNumber(value)).to.equal(text))
})

describe('formatRatio', () => {
  it('has two digits', () => {
    expect(formatRatio(3.255)).to.equal('3.3×')
    expect(formatRatio(4)).to.equal('4.0×')
    expect(formatRatio(123)).to.equal('120×')
    expect(formatRatio(0.0871)).to.equal('0.087×')
  })
})
