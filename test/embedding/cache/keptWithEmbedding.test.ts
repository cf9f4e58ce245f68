import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

import { expect } from 'chai'

import { KeptWithEmbedding } from '../../../src/embedding/cache/keptWithEmbedding.js'
import type { CachedEmbedding } from '../../../src/embedding/cache/embedding.js'

describe('KeptWithEmbedding', () => {
  const embedding: CachedEmbedding = { vector: Float32Array.of(1), tokens: 3, truncated: false }

  it('keeps the value of the last specification that was asked for', () => {
    const kept = new KeptWithEmbedding<object, string>()
    const [first, second] = [{}, {}]
    kept.set(embedding, first, 'of the first')
    expect(kept.get(embedding, first)).to.equal('of the first')
    expect(kept.get(embedding, second)).to.equal(undefined)
    kept.set(embedding, second, 'of the second')
    expect(kept.get(embedding, first)).to.equal(undefined)
    expect(kept.get(embedding, second)).to.equal('of the second')
    expect(kept.get({ ...embedding }, second)).to.equal(undefined)
  })

  it('keeps no specification: those of a saved model that was replaced have megabytes', async () => {
    const kept = new KeptWithEmbedding<object, string>()
    const added = () => {
      const spec = {}
      kept.set(embedding, spec, 'value')
      return new WeakRef(spec)
    }
    const spec = added()
    // A reference that was just made holds its target until the end of the turn.
    await setImmediate()
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    collect()
    expect(spec.deref()).to.equal(undefined)
    expect(kept.get(embedding, {})).to.equal(undefined)
  })
})
