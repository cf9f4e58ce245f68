import { expect } from 'chai'

import { Encoder } from '../../src/encoder/encoder.js'
import { edgeRows, sharedGolden } from '../golden.js'
import type { GoldenRow } from '../golden.js'
import { ENCODER_DIRECTORY } from '../savedModels.js'

/** PyTorch's own batches differ by 3e-7 among themselves, and so does float32 from float64. */
const TOLERANCE = 2e-6

describe('Encoder', () => {
  let encoder: Encoder
  before(async () => {
    encoder = await Encoder.open(ENCODER_DIRECTORY, { engine: 'auto', precision: 'fp32' })
  })
  after(() => encoder.close())

  it('gives the vectors of the original for hand-made prompts', async function () {
    this.timeout(120_000)
    expect(await largestDifference(edgeRows())).to.be.lessThan(TOLERANCE)
  })

  const golden = sharedGolden()
  if (golden !== undefined) {
    it('gives the vectors of the original for every prompt of the complete set', async function () {
      this.timeout(600_000)
      expect(await largestDifference(golden)).to.be.lessThan(TOLERANCE)
    })
  }

  it('stops when nobody waits any more', async () => {
    const controller = new AbortController()
    const prompts = edgeRows().map(({ token_ids }) => Int32Array.from(token_ids))
    const embedding = encoder.embed(prompts, controller.signal)
    controller.abort()
    const outcome = await embedding.then(
      () => 'finished',
      (error: unknown) => (error instanceof Error ? error.name : 'unknown'),
    )
    expect(outcome).to.equal('AbortError')
  })

  async function largestDifference(rows: readonly GoldenRow[]): Promise<number> {
    const vectors = await encoder.embed(rows.map(({ token_ids }) => Int32Array.from(token_ids)))
    const expected = rows.flatMap((row) => [...row.embedding_f32le_base64])
    expect(vectors).to.have.length(expected.length)
    return expected.reduce((largest, v, i) => Math.max(largest, Math.abs(v - (vectors[i] ?? NaN))), 0)
  }
})
