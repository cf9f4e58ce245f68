import * as tf from '@tensorflow/tfjs-core'
import { expect } from 'chai'

import type { Activation } from '../../src/card.js'
import { toLayersModel } from '../../src/convert/layersModel.js'
import { scoreOfPair } from '../../src/convert/oracle.js'
import { DenseNetwork } from '../../src/scorer/denseNetwork.js'
import type { PromptBatch } from '../../src/scorer/denseNetwork.js'
import { startBackend } from '../../src/tensor/backend.js'
import { rejection } from '../rejection.js'
import { tinyWeights } from '../savedModels.js'

const E = 384
const F = 45
const weights = tinyWeights(5, 6)

describe('DenseNetwork', () => {
  before(() => startBackend(['wasm']))

  for (const activation of [{ type: 'relu' }, { type: 'leaky_relu', slope: 0.1 }] satisfies Activation[]) {
    it(`scores pairs as the weights say, with ${activation.type}`, async () => {
      const network = await DenseNetwork.load(await toLayersModel(weights, activation))
      const batch = batchOf(7, [5, 0, 3], 4)
      const scores = await network.score(batch)
      network.dispose()
      batch.llms.forEach((row, m) => {
        for (let p = 0; p < 7; p++) {
          const embedding = batch.embeddings.subarray(p * E, (p + 1) * E)
          const features = batch.features.subarray(p * F, (p + 1) * F)
          // Float32 against float64, sums of 433 terms of size about 0.1: 1e-6 leaves room, a wrong weight does not fit.
          const expected = scoreOfPair(weights, activation, embedding, features, row)
          expect(scores[m * 7 + p]).to.be.closeTo(expected, 1e-6)
        }
      })
    })
  }

  it('gives the same scores whatever the size of the blocks', async () => {
    const network = await DenseNetwork.load(await toLayersModel(weights, { type: 'relu' }))
    const whole = await network.score(batchOf(10, [0, 1, 2, 3, 4], 1024))
    for (const batchSize of [1, 7, 10, 50]) {
      const blocks = await network.score(batchOf(10, [0, 1, 2, 3, 4], batchSize))
      blocks.forEach((score, i) => expect(score).to.be.closeTo(whole[i] ?? NaN, 1e-6))
    }
    network.dispose()
  })

  it('leaves no tensor behind', async () => {
    const files = await toLayersModel(weights, { type: 'relu' })
    const before = tf.memory().numTensors
    const network = await DenseNetwork.load(files)
    await network.score(batchOf(3, [0, 1], 2))
    const warm = tf.memory().numTensors
    for (let round = 0; round < 5; round++) await network.score(batchOf(9, [0, 1, 2], 4))
    expect(tf.memory().numTensors).to.equal(warm)
    network.dispose()
    expect(tf.memory().numTensors).to.equal(before)
  })

  it('refuses files that hold no dense network', async () => {
    const files = new Map(await toLayersModel(weights, { type: 'relu' }))
    files.set('model.json', Buffer.from('{"modelTopology": {}, "weightsManifest": []}'))
    expect(await rejection(DenseNetwork.load(files))).to.include({ code: 'MODEL_BROKEN' })
    files.set('model.json', Buffer.from('nonsense'))
    expect(await rejection(DenseNetwork.load(files))).to.include({ message: 'model.json is not JSON' })
  })
})

/** Prompts with unit-sized embeddings and small features, all different. */
function batchOf(P: number, llms: number[], batchSize: number): PromptBatch {
  const embeddings = Float32Array.from({ length: P * E }, (_, i) => Math.sin(i * 0.7) / Math.sqrt(E))
  const features = Float32Array.from({ length: P * F }, (_, i) => Math.cos(i * 1.3))
  return { embeddings, features, llms: Int32Array.from(llms), batchSize }
}
