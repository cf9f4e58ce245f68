import { expect } from 'chai'

import { bytesOfEmbedding } from '../../../src/embedding/cache/embedding.js'
import { MemoryCache } from '../../../src/embedding/cache/memoryCache.js'

const MAX_BYTES = 100_000
const embedding = (width = 384) => ({ vector: new Float32Array(width), tokens: 3, truncated: false })

describe('MemoryCache', () => {
  it('keeps what was used last, within its bytes', () => {
    const cache = new MemoryCache(MAX_BYTES, bytesOfEmbedding)
    const first = embedding()
    cache.set('first', first)
    for (let i = 0; i < 1000; i++) {
      cache.set(`other ${i}`, embedding())
      expect(cache.get('first')).to.equal(first)
    }
    expect(cache.get('other 0')).to.equal(undefined)
    expect(cache.get('other 999')).not.to.equal(undefined)
    const kept = Array.from({ length: 1000 }, (_, i) => cache.get(`other ${i}`)).filter(Boolean)
    expect(kept).to.have.length.within(20, MAX_BYTES / (384 * 4))
  })

  it('does not keep what is larger than itself', () => {
    const cache = new MemoryCache(MAX_BYTES, bytesOfEmbedding)
    cache.set('small', embedding())
    cache.set('large', embedding(MAX_BYTES))
    expect(cache.get('large')).to.equal(undefined)
    expect(cache.get('small')).not.to.equal(undefined)
  })

  it('counts the whole buffer that a vector keeps alive', () => {
    const vector = new Float32Array(1000).subarray(0, 10)
    const copy = { vector: vector.slice(), tokens: 1, truncated: false }
    expect(bytesOfEmbedding({ ...copy, vector }) - bytesOfEmbedding(copy)).to.equal(4000 - 40)
  })

  it('keeps nothing in 0 bytes', () => {
    const cache = new MemoryCache(0, bytesOfEmbedding)
    cache.set('key', embedding())
    expect(cache.get('key')).to.equal(undefined)
  })
})
