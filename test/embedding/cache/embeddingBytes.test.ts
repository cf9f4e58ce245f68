import { expect } from 'chai'
import fc from 'fast-check'

import { decodeEmbedding, encodeEmbedding } from '../../../src/embedding/cache/embeddingBytes.js'

const anyEmbedding = fc.record({
  vector: fc.float32Array({ minLength: 1, maxLength: 50, noNaN: true, noDefaultInfinity: true }),
  tokens: fc.nat(2 ** 32 - 1),
  truncated: fc.boolean(),
})

describe('embedding bytes', () => {
  it('come back as they were', () => {
    fc.assert(
      fc.property(anyEmbedding, (embedding) => {
        expect(decodeEmbedding('a', encodeEmbedding('a', embedding))).to.deep.equal(embedding)
      }),
    )
  })

  it('are read from anywhere in a larger buffer', () => {
    const embedding = { vector: Float32Array.of(1, -2.5), tokens: 7, truncated: true }
    const shifted = Buffer.concat([Buffer.alloc(3), encodeEmbedding('a', embedding)]).subarray(3)
    const decoded = decodeEmbedding('a', shifted)
    expect(decoded).to.deep.equal(embedding)
    expect(decoded?.vector.buffer.byteLength).to.equal(8)
  })

  it('are nothing where any byte was changed', () => {
    const change = fc.tuple(anyEmbedding, fc.nat(), fc.integer({ min: 1, max: 255 }))
    fc.assert(
      fc.property(change, ([embedding, place, by]) => {
        const bytes = encodeEmbedding('a', embedding)
        const at = place % bytes.length
        bytes.writeUInt8(bytes.readUInt8(at) ^ by, at)
        expect(decodeEmbedding('a', bytes)).to.equal(undefined)
      }),
    )
  })

  it('are nothing for another key', () => {
    const bytes = encodeEmbedding('a', { vector: Float32Array.of(1, 2), tokens: 7, truncated: false })
    expect(decodeEmbedding('b', bytes)).to.equal(undefined)
  })

  it('are nothing where a number is not finite', () => {
    for (const number of [NaN, Infinity, -Infinity]) {
      const bytes = encodeEmbedding('a', { vector: Float32Array.of(1, number), tokens: 7, truncated: false })
      expect(decodeEmbedding('a', bytes)).to.equal(undefined)
    }
  })

  it('are nothing where something else wrote them', () => {
    const whole = encodeEmbedding('a', { vector: Float32Array.of(1, 2), tokens: 7, truncated: false })
    const otherLayout = Buffer.from(whole)
    otherLayout[0] = 1
    for (const bytes of [Buffer.alloc(0), whole.subarray(0, 8), whole.subarray(0, 15), otherLayout]) {
      expect(decodeEmbedding('a', bytes)).to.equal(undefined)
    }
    for (let end = 0; end < whole.length; end++)
      expect(decodeEmbedding('a', whole.subarray(0, end))).to.equal(undefined)
    const anyBytes = fc.uint8Array({ maxLength: 40 })
    fc.assert(fc.property(anyBytes, (bytes) => void decodeEmbedding('a', Buffer.from(bytes))))
  })
})
