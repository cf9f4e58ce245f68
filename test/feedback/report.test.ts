import { expect } from 'chai'
import fc from 'fast-check'

import { identityOfFeatures, parseReport, reportLine } from '../../src/feedback/report.js'
import { aReport } from './aReport.js'

const vector = fc.float32Array({ minLength: 1, maxLength: 50, noNaN: true })

describe('reportLine', () => {
  it('is one line of ASCII that is read as it was, to the last bit', () => {
    const report = fc.record({
      id: fc.string({ unit: 'binary', minLength: 1 }),
      text: fc.string({ unit: 'binary' }),
      embedding: vector,
      features: vector,
    })
    fc.assert(
      fc.property(report, (fields) => {
        const line = reportLine({ ...aReport('x'), ...fields })
        expect(line).to.match(/^[\x20-\x7e]+\n$/)
        expect(parseReport(line)).to.deep.equal({ ...aReport('x'), ...fields })
      }),
    )
  })

  it('has numbers as little-endian float32', () => {
    const line = reportLine({ ...aReport('x'), embedding: Float32Array.of(1, -2) })
    // 1 is 0x3f800000, -2 is 0xc0000000.
    const bytes = Buffer.from('0000803f000000c0', 'hex').toString('base64')
    expect(line).to.include(`"embedding":"${bytes}"`)
  })
})

describe('parseReport', () => {
  it('reads nothing of a line that is cut off', () => {
    const line = reportLine({ ...aReport('x'), text: '{"a":"}' }).trimEnd()
    for (let end = 0; end < line.length; end++) expect(parseReport(line.slice(0, end))).to.equal(undefined)
    expect(parseReport(line)).to.have.property('id', 'x')
  })

  it('reads nothing of a line that is something else', () => {
    const line = JSON.parse(reportLine(aReport('x'))) as object
    for (const change of [{ score: 2 }, { embedding: 'AAA=' }, { id: '' }, { at: 'now' }, { llm: undefined }])
      expect(parseReport(JSON.stringify({ ...line, ...change }))).to.equal(undefined)
    expect(parseReport('[]')).to.equal(undefined)
  })
})

describe('identityOfFeatures', () => {
  it('differs with the version and the scaler', () => {
    const scaler = { mean: new Array<number>(26).fill(0), scale: new Array<number>(26).fill(1) }
    const specs = [
      { version: 'v1' as const },
      { version: 'v2' as const, scaler },
      { version: 'v2' as const, scaler: { ...scaler, scale: new Array<number>(26).fill(2) } },
    ]
    expect(new Set(specs.map(identityOfFeatures)).size).to.equal(3)
    expect(identityOfFeatures({ version: 'v1' })).to.equal(identityOfFeatures({ version: 'v1' }))
  })
})
