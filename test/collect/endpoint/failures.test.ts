import { expect } from 'chai'
import fc from 'fast-check'

import { connectionError, retryAfterOf, saidIn } from '../../../src/collect/endpoint/failures.js'

describe('retryAfterOf', () => {
  it('reads seconds, milliseconds and dates', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000 }), (seconds) => {
        const now = Date.UTC(2026, 0, 1)
        const date = new Date(now + seconds * 1000).toUTCString()
        expect(retryAfterOf({ 'retry-after': String(seconds) })).to.equal(seconds)
        expect(retryAfterOf({ 'retry-after': date }, now)).to.equal(seconds)
        expect(retryAfterOf({ 'retry-after-ms': String(seconds * 1000), 'retry-after': '9' })).to.equal(
          seconds,
        )
      }),
    )
  })

  it('is none of what says nothing', () => {
    expect(retryAfterOf({})).to.equal(undefined)
    expect(retryAfterOf({ 'retry-after': 'soon' })).to.equal(undefined)
    expect(retryAfterOf({ 'retry-after': 'Thu, 01 Jan 1970 00:00:00 GMT' })).to.equal(0)
  })
})

describe('saidIn', () => {
  const cases: [string, string, string][] = [
    ['{"error": {"message": "no", "code": "x"}}', 'no', 'x'],
    ['{"error": "no"}', 'no', ''],
    ['{"message": "no"}', 'no', ''],
    ['{"detail": "no"}', 'no', ''],
    ['no\n  way', 'no way', ''],
    ['', '', ''],
  ]
  for (const [text, said, code] of cases)
    it(`reads ${JSON.stringify(text)}`, () => expect(saidIn(text)).to.deep.equal({ said, code }))

  it('cuts a page', () => expect(saidIn('x'.repeat(1000)).said).to.have.length(301))
})

describe('connectionError', () => {
  const asked = { llm: 'a', endpoint: 'http://h/v1', keyVariable: undefined }
  const failed = (code: string, wasReached: boolean) =>
    connectionError(Object.assign(new Error('failed'), { code }), asked, wasReached).code

  it('ends a run whose address is wrong, and no other', () => {
    expect(failed('ENOTFOUND', false)).to.equal('ENDPOINT_UNUSABLE')
    expect(failed('ENOTFOUND', true)).to.equal('ENDPOINT_BUSY')
    expect(failed('ECONNRESET', false)).to.equal('ENDPOINT_BUSY')
    expect(failed('CERT_HAS_EXPIRED', true)).to.equal('ENDPOINT_UNUSABLE')
  })
})
