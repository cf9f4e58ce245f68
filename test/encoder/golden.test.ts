import { expect } from 'chai'

import { readEncoderSpec } from '../../src/encoder/directory.js'
import { Encoder } from '../../src/encoder/encoder.js'
import { completeGolden, edgeRows } from '../golden.js'
import type { GoldenRow } from '../golden.js'
import { ENCODER_DIRECTORY } from '../savedModels.js'

/** PyTorch's own batches differ by 3e-7 among themselves, and so does float32 from float64. */
const TOLERANCE = 2e-6

describe('Encoder', () => {
  let encoder: Encoder
  before(async () => {
    encoder = await Encoder.open(await readEncoderSpec(ENCODER_DIRECTORY), {
      engine: 'auto',
      precision: 'fp32',
    })
  })
  after(() => encoder.close())

  it('gives the vectors of LLimit v1 for hand-made prompts', async () => {
    expect(await largestDifference(edgeRows())).to.be.lessThan(TOLERANCE)
  })

  const golden = completeGolden()
  if (golden !== undefined) {
    it('gives the vectors of LLimit v1 for every prompt of the complete set', async function () {
      this.timeout(600_000)
      expect(await largestDifference(golden)).to.be.lessThan(TOLERANCE)
    })
  }

  async function largestDifference(rows: readonly GoldenRow[]): Promise<number> {
    const vectors = await encoder.encode(rows.map(({ token_ids }) => Int32Array.from(token_ids)))
    const differences = rows.map(({ embedding_f32le_base64: expected }, p) =>
      Math.max(...expected.map((v, i) => Math.abs(v - (vectors[p]?.[i] ?? NaN)))),
    )
    return Math.max(...differences)
  }
})
