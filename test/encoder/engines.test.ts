import * as tf from '@tensorflow/tfjs-core'
import { expect } from 'chai'

import { ENGINES } from '../../src/engines.js'
import { readEncoderSpec } from '../../src/encoder/directory.js'
import type { Engine } from '../../src/encoder/engine.js'
import { OPEN_ENGINE } from '../../src/encoder/openEngine.js'
import { pack } from '../../src/encoder/packing.js'
import { startBackend } from '../../src/tensor/backend.js'
import { plainBert } from './plainBert.js'
import { TINY_CONFIG, TINY_PROMPTS, TINY_VARIANTS, tinyWeights, writeTinyBert } from './tinyBert.js'

const tokens = pack(TINY_PROMPTS.map((ids) => Int32Array.from(ids)))

// The native engine has tests of its own: its library need not be there.
for (const name of ENGINES.filter((engine) => engine !== 'tensorflow')) {
  describe(`the engine ${name}`, () => {
    const open = async (variant: Parameters<typeof writeTinyBert>[0] = {}): Promise<Engine> =>
      OPEN_ENGINE[name](await readEncoderSpec(await writeTinyBert(variant)), 'fp32')

    for (const variant of TINY_VARIANTS) {
      it(`computes BERT with ${JSON.stringify(variant)}`, async () => {
        const engine = await open(variant)
        const vectors = await engine.encode(tokens)
        await engine.dispose()
        TINY_PROMPTS.forEach((ids, p) => {
          const vector = plainBert(ids, tinyWeights(), TINY_CONFIG, variant.pooling)
          const length = variant.normalize ? Math.hypot(...vector) : 1
          // Float32 against float64 through two layers of values around 1.
          vector.forEach((v, i) => expect(vectors[p * 8 + i]).to.be.closeTo(v / length, 1e-5))
        })
      })
    }

    it('gives a prompt the same vector alone and with others', async () => {
      const engine = await open()
      const together = await engine.encode(tokens)
      for (const [p, ids] of TINY_PROMPTS.entries()) {
        const alone = await engine.encode(pack([Int32Array.from(ids)]))
        alone.forEach((v, i) => expect(together[p * 8 + i]).to.be.closeTo(v, 1e-6))
      }
      await engine.dispose()
    })
  })
}

for (const name of ['wasm', 'cpu'] as const) {
  it(`the engine ${name} leaves no tensor behind`, async () => {
    await startBackend([name])
    const before = tf.memory().numTensors
    const engine = await OPEN_ENGINE[name](await readEncoderSpec(await writeTinyBert()), 'fp32')
    await engine.encode(tokens)
    const warm = tf.memory().numTensors
    for (let round = 0; round < 3; round++) await engine.encode(tokens)
    expect(tf.memory().numTensors).to.equal(warm)
    await engine.dispose()
    expect(tf.memory().numTensors).to.equal(before)
  })
}

it('the engine onnxruntime holds no more memory after many batches than after a few', async () => {
  const engine = await OPEN_ENGINE.onnxruntime(await readEncoderSpec(await writeTinyBert()), 'fp32')
  const encode = async (times: number) => {
    for (let i = 0; i < times; i++) await engine.encode(tokens)
  }
  await encode(500)
  const before = process.memoryUsage().rss
  await encode(3000)
  // Outside JavaScript nobody counts tensors; 3,000 leaked outputs or inputs would be several megabytes each kind.
  expect(process.memoryUsage().rss - before).to.be.lessThan(64 * 2 ** 20)
  await engine.dispose()
})
