import { expect } from 'chai'
import fc from 'fast-check'

import { JsonBounds } from '../../../src/http/admission/jsonBounds.js'
import { LIMITS } from '../runningApp.js'

/** The oracle: depth, and values in arrays and objects with these themselves, of a value that was parsed. */
function measure(value: unknown): { depth: number; members: number } {
  if (typeof value !== 'object' || value === null) return { depth: 0, members: 0 }
  const inner = Object.values(value).map(measure)
  const members = inner.reduce((sum, one) => sum + one.members, 0)
  return {
    depth: 1 + Math.max(0, ...inner.map(({ depth }) => depth)),
    members: members + 1 + Math.max(0, inner.length - 1),
  }
}

/** Reads a text in pieces of these lengths, and the rest. */
function isWithin(
  text: string,
  lengths: readonly number[],
  limits: { jsonDepth: number; jsonMembers: number },
) {
  const bounds = new JsonBounds({ ...LIMITS, ...limits })
  const bytes = Buffer.from(text)
  let start = 0
  for (const length of [...lengths, bytes.length]) {
    if (bounds.read(bytes.subarray(start, start + length)) !== undefined) return false
    start += length
  }
  return true
}

describe('JsonBounds', () => {
  const awkward = fc.string({ unit: fc.constantFrom('"', '\\', '[', '{', ',', 'é', 'a'), maxLength: 300 })
  const values = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      awkward,
      fc.integer(),
      fc.array(tie('value')),
      fc.dictionary(awkward, tie('value')),
    ),
  })).value

  it('counts what a parser finds, wherever the bytes are cut', () => {
    fc.assert(
      fc.property(values, fc.array(fc.nat(80)), fc.boolean(), (value, lengths, isSpaced) => {
        const text = JSON.stringify(value, undefined, isSpaced ? 2 : 0)
        const { depth, members } = measure(JSON.parse(text))
        expect(isWithin(text, lengths, { jsonDepth: depth, jsonMembers: members })).to.equal(true)
        if (depth === 0) return
        expect(isWithin(text, lengths, { jsonDepth: depth - 1, jsonMembers: members })).to.equal(false)
        expect(isWithin(text, lengths, { jsonDepth: depth, jsonMembers: members - 1 })).to.equal(false)
      }),
      { numRuns: 1000 },
    )
  })

  it('takes any bytes, and says nothing of what is no JSON', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const bounds = new JsonBounds({ ...LIMITS, jsonDepth: 1000, jsonMembers: 1000 })
        expect(bounds.read(bytes)).to.equal(undefined)
      }),
    )
  })
})
