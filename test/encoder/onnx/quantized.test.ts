import { expect } from 'chai'
import fc from 'fast-check'

import { readEncoderSpec } from '../../../src/encoder/directory.js'
import { BLOCK, quantize } from '../../../src/encoder/onnx/quantized.js'
import { openOnnxruntime } from '../../../src/encoder/onnx/onnxruntimeEngine.js'
import { pack } from '../../../src/encoder/packing.js'
import { completeGolden, edgeRows } from '../../golden.js'
import type { GoldenRow } from '../../golden.js'
import { ENCODER_DIRECTORY } from '../../savedModels.js'

describe('quantize', () => {
  it('keeps every weight within half a step of its block', () => {
    const weights = fc.float32Array({
      minLength: 2 * BLOCK,
      maxLength: 2 * BLOCK,
      noNaN: true,
      min: -100,
      max: 100,
    })
    fc.assert(
      fc.property(weights, (values) => {
        const { values: quantized, scales } = quantize(values, 2, BLOCK)
        values.forEach((weight, i) => {
          const scale = scales[Math.floor(i / BLOCK)] ?? NaN
          // The scale itself is rounded to float32.
          expect(Math.abs(((quantized[i] ?? NaN) - 128) * scale - weight)).to.be.at.most(scale * 0.501)
        })
      }),
    )
  })

  it('keeps zeros', () => {
    const { values, scales } = quantize(new Float32Array(BLOCK), 1, BLOCK)
    expect([...values].every((value) => value === 128)).to.equal(true)
    expect(scales[0]).to.equal(1)
  })
})

describe('8-bit weights', () => {
  const encode = async (rows: readonly GoldenRow[], groupSize: number) => {
    const engine = await openOnnxruntime(await readEncoderSpec(ENCODER_DIRECTORY), 'int8')
    const vectors: Float32Array[] = []
    for (let from = 0; from < rows.length; from += groupSize) {
      const group = rows.slice(from, from + groupSize)
      const flat = await engine.encode(pack(group.map(({ token_ids }) => Int32Array.from(token_ids))))
      group.forEach((_, p) => vectors.push(flat.slice(p * 384, (p + 1) * 384)))
    }
    await engine.dispose()
    return vectors
  }
  const cosine = (a: Float32Array, b: Float32Array) => a.reduce((sum, v, i) => sum + v * (b[i] ?? NaN), 0)

  it('give a prompt the same vector alone and with others', async () => {
    const rows = edgeRows()
      .filter(({ token_ids }) => token_ids.length < 60)
      .slice(0, 12)
    const [alone, together] = [await encode(rows, 1), await encode(rows, rows.length)]
    alone.forEach((vector, p) => {
      vector.forEach((v, i) => expect(together[p]?.[i]).to.be.closeTo(v, 1e-5))
    })
  })

  const golden = completeGolden()
  if (golden !== undefined) {
    it('keep every real prompt at a cosine of 0.999', async () => {
      const rows = golden.filter(({ kind }) => kind === 'real')
      const vectors = await encode(rows, 8)
      rows.forEach((row, p) => {
        expect(
          cosine(row.embedding_f32le_base64, vectors[p] ?? new Float32Array(384)),
          row.id,
        ).to.be.greaterThan(0.999)
      })
    })
  }
})
