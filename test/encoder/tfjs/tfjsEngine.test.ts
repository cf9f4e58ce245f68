import * as tf from '@tensorflow/tfjs-core'
import { expect } from 'chai'

import { readEncoderSpec } from '../../../src/encoder/directory.js'
import type { Engine } from '../../../src/encoder/engine.js'
import { pack } from '../../../src/encoder/packing.js'
import { openTfjs } from '../../../src/encoder/tfjs/tfjsEngine.js'
import { startBackend } from '../../../src/tensor/backend.js'
import { plainBert } from '../plainBert.js'
import { TINY_CONFIG, tinyWeights, writeTinyBert } from '../tinyBert.js'

const PROMPTS = [
  [1, 5, 9, 2],
  [1, 2],
  [1, 7, 7, 20, 11, 29, 3, 2],
  [1, 4, 2],
]

const VARIANTS = [
  { pooling: 'mean', normalize: true },
  { pooling: 'mean', normalize: false },
  { pooling: 'cls', normalize: true, dtype: 'BF16' },
  { pooling: 'cls', normalize: false, prefix: 'bert.' },
] as const

describe('openTfjs', () => {
  for (const backend of ['wasm', 'cpu'] as const) {
    describe(`on ${backend}`, () => {
      before(() => startBackend([backend]))

      for (const variant of VARIANTS) {
        it(`computes BERT with ${JSON.stringify(variant)}`, async () => {
          const encoder = await load(variant)
          const vectors = await encoder.encode(pack(PROMPTS.map((ids) => Int32Array.from(ids))))
          await encoder.dispose()
          PROMPTS.forEach((ids, p) => {
            const vector = plainBert(ids, tinyWeights(), TINY_CONFIG, variant.pooling)
            const length = variant.normalize ? Math.hypot(...vector) : 1
            // Float32 against float64 through two layers of values around 1.
            vector.forEach((v, i) => expect(vectors[p * 8 + i]).to.be.closeTo(v / length, 1e-5))
          })
        })
      }

      it('gives a prompt the same vector alone and beside others', async () => {
        const encoder = await load({})
        const together = await encoder.encode(pack(PROMPTS.map((ids) => Int32Array.from(ids))))
        for (const [p, ids] of PROMPTS.entries()) {
          const alone = await encoder.encode(pack([Int32Array.from(ids)]))
          alone.forEach((v, i) => expect(together[p * 8 + i]).to.be.closeTo(v, 1e-6))
        }
        await encoder.dispose()
      })

      it('leaves no tensor behind', async () => {
        const before = tf.memory().numTensors
        const encoder = await load({})
        const tokens = pack(PROMPTS.map((ids) => Int32Array.from(ids)))
        await encoder.encode(tokens)
        const warm = tf.memory().numTensors
        for (let round = 0; round < 3; round++) await encoder.encode(tokens)
        expect(tf.memory().numTensors).to.equal(warm)
        await encoder.dispose()
        expect(tf.memory().numTensors).to.equal(before)
      })
    })
  }
})

async function load(variant: Parameters<typeof writeTinyBert>[0]): Promise<Engine> {
  return openTfjs(await readEncoderSpec(await writeTinyBert(variant)))
}
