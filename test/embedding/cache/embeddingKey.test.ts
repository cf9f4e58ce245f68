import { expect } from 'chai'
import fc from 'fast-check'

import { embeddingKey } from '../../../src/embedding/cache/embeddingKey.js'

const SHA256 = 'a'.repeat(64)

describe('embeddingKey', () => {
  it('differs for different prompts, encoders and precisions', () => {
    const prompts = ['', 'a', 'A', ' a', 'a ', 'e\u0301', '\u00e9', '\ud800', '\udbff', '\ufffd']
    const keys = prompts.map((prompt) => embeddingKey(SHA256, 'fp32', prompt))
    keys.push(embeddingKey(SHA256, 'bf16', 'a'), embeddingKey('b'.repeat(64), 'fp32', 'a'))
    expect(new Set(keys).size).to.equal(keys.length)
  })

  it('is the same for the same prompt, and short', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (prompt) => {
        const key = embeddingKey(SHA256, 'fp32', prompt)
        expect(key).to.equal(embeddingKey(SHA256, 'fp32', prompt))
        expect(key).to.match(/^a{64}:fp32:[\w-]{43}$/)
      }),
    )
  })
})
