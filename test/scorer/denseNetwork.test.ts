import * as tf from '@tensorflow/tfjs-core'
import { input, layers, model as modelOf } from '@tensorflow/tfjs-layers'
import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs-layers'
import { expect } from 'chai'

import type { Activation } from '../../src/card.js'
import { toLayersModel } from '../../src/convert/layersModel.js'
import { scoreOfPair } from '../../src/convert/oracle.js'
import { DenseNetwork, loadModel } from '../../src/scorer/denseNetwork.js'
import type { PromptBatch } from '../../src/scorer/denseNetwork.js'
import { factorizedNetwork } from '../../src/scorer/factorizedNetwork.js'
import { INPUTS } from '../../src/scorer/networkShape.js'
import { unfactorizedNetwork } from '../../src/scorer/pairNetwork.js'
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
          // Float32 against float64, sums of 433 terms of size about 0.1: 1e-6 leaves room, a wrong weight moves it by more.
          const expected = scoreOfPair(weights, activation, embedding, features, row)
          expect(scores[m * 7 + p]).to.be.closeTo(expected, 1e-6)
        }
      })
    })
  }

  it('gives the same scores whatever the size of the blocks', async () => {
    const model = await loadModel(await toLayersModel(weights, { type: 'relu' }))
    const network = new DenseNetwork(model, unfactorizedNetwork(model))
    const whole = await network.score(batchOf(10, [0, 1, 2, 3, 4], 1024))
    for (const batchSize of [1, 7, 10, 50]) {
      const blocks = await network.score(batchOf(10, [0, 1, 2, 3, 4], batchSize))
      blocks.forEach((score, i) => expect(score).to.be.closeTo(whole[i] ?? NaN, 1e-6))
    }
    network.dispose()
  })

  it('takes larger blocks than asked for if the network is factorized, with the same scores', async () => {
    const network = await DenseNetwork.load(await toLayersModel(weights, { type: 'leaky_relu', slope: 0.1 }))
    const whole = await network.score(batchOf(300, [0, 1, 2, 3, 4], 1500))
    for (const batchSize of [1, 700]) {
      const blocks = await network.score(batchOf(300, [0, 1, 2, 3, 4], batchSize))
      blocks.forEach((score, i) => expect(score).to.be.closeTo(whole[i] ?? NaN, 1e-6))
    }
    network.dispose()
  })

  it('gives what the model predicts on the plain pairs, factorized', async () => {
    const files = await toLayersModel(weights, { type: 'leaky_relu', slope: 0.1 })
    const [model, same] = [await loadModel(files), await loadModel(files)]
    expect(factorizedNetwork(model)).to.not.equal(undefined)
    const batch = batchOf(20, [0, 5, 2, 2, 1], 16)
    const [factorized, unfactorized] = [
      new DenseNetwork(model),
      new DenseNetwork(same, unfactorizedNetwork(same)),
    ]
    const expected = await unfactorized.score(batch)
    const scores = await factorized.score(batch)
    scores.forEach((score, i) => expect(score).to.be.closeTo(expected[i] ?? NaN, 1e-6))
    factorized.dispose()
    unfactorized.dispose()
  })

  const structures: [string, boolean, () => LayersModel][] = [
    ['that begins with a dense layer', true, () => denseFirst({})],
    ['whose first layer adds no bias', true, () => denseFirst({ useBias: false })],
    ['whose first layer has an activation', true, () => denseFirst({ activation: 'sigmoid' })],
    ['whose first layer is rectified', true, () => denseFirst({ activation: 'relu' })],
    ['that bends its inputs first', false, () => denseFirst({}, true)],
    ['of a gated mixture', true, () => gatedMixture({})],
    ['of a gated mixture of the cosine', false, () => gatedMixture({ normalize: true })],
  ]
  for (const [what, isFactorized, make] of structures) {
    it(`gives what a model predicts ${what}, ${isFactorized ? 'factorized' : 'as it stands'}`, async () => {
      const model = make()
      expect(factorizedNetwork(model) !== undefined).to.equal(isFactorized)
      const network = new DenseNetwork(model)
      const batch = batchOf(4, [0, 1], 3)
      const scores = await network.score(batch)
      const expected = tf.tidy(() => {
        const rows = Int32Array.from([0, 0, 0, 0, 1, 1, 1, 1])
        const twice = (values: Float32Array, width: number) => {
          const once = tf.tensor2d(values, [4, width])
          return tf.concat([once, once])
        }
        const inputs = [
          twice(batch.embeddings, E),
          twice(batch.features, F),
          tf.tensor2d(rows, [8, 1], 'int32'),
        ]
        return (model.predict(inputs) as tf.Tensor).dataSync()
      })
      scores.forEach((score, i) => expect(score).to.be.closeTo(expected[i] ?? NaN, 1e-6))
      network.dispose()
    })
  }

  it('makes probabilities of logits in float64, in blocks of any size', async () => {
    const model = denseFirst({ activation: 'sigmoid' })
    const plain = new DenseNetwork(model)
    const logits = await plain.score(batchOf(5, [0, 3], 64))
    const calibrated = new DenseNetwork(model, unfactorizedNetwork(model), { slope: 2.5, intercept: -1 })
    const scores = await calibrated.score(batchOf(5, [0, 3], 3))
    logits.forEach((z, i) => {
      expect(scores[i]).to.be.closeTo(1 / (1 + Math.exp(1 - 2.5 * z)), 1e-6)
    })
    plain.dispose()
  })

  it('takes no row that the network does not have, and no rows of another width', async () => {
    const network = await DenseNetwork.load(await toLayersModel(weights, { type: 'relu' }))
    for (const row of [-1, 6]) {
      const error = await rejection(network.score(batchOf(3, [0, row], 2)))
      expect(error).to.include({ message: `expected LLM rows from 0 to 5, got ${row}` })
    }
    const batch = batchOf(3, [0], 2)
    for (const wrong of [
      { features: batch.features.subarray(1) },
      { embeddings: batch.embeddings.subarray(1) },
    ])
      expect(await rejection(network.score({ ...batch, ...wrong }))).to.be.instanceOf(RangeError)
    network.dispose()
  })

  it('leaves no tensor behind', async () => {
    const files = await toLayersModel(weights, { type: 'relu' })
    const before = tf.memory().numTensors
    const network = await DenseNetwork.load(files, { slope: 2, intercept: 1 })
    await network.score(batchOf(3, [0, 1], 2))
    const warm = tf.memory().numTensors
    for (let round = 0; round < 5; round++) await network.score(batchOf(9, [0, 1, 2], 4))
    expect(tf.memory().numTensors).to.equal(warm)
    network.dispose()
    expect(tf.memory().numTensors).to.equal(before)
  })

  it('rejects files that contain no dense network', async () => {
    const files = new Map(await toLayersModel(weights, { type: 'relu' }))
    const wide = { ...weights, layers: weights.layers.slice(0, -1) }
    expect(await rejection(DenseNetwork.load(await toLayersModel(wide, { type: 'relu' })))).to.include({
      message: 'Expected model.json to give 1 value for a pair, got 6 values',
    })
    files.set('model.json', Buffer.from('{"modelTopology": {}, "weightsManifest": []}'))
    expect(await rejection(DenseNetwork.load(files))).to.include({ code: 'MODEL_BROKEN' })
    files.set('model.json', Buffer.from('nonsense'))
    expect(String(await rejection(DenseNetwork.load(files)))).to.match(/model\.json: expected JSON: /)
  })
})

function inputsOfPairs() {
  return [
    input({ name: INPUTS[0], shape: [E] }),
    input({ name: INPUTS[1], shape: [F] }),
    input({ name: INPUTS[2], shape: [1], dtype: 'int32' }),
  ]
}

function rowOfLlm(inputs: SymbolicTensor[], width: number): SymbolicTensor {
  const row = layers.embedding({ inputDim: 6, outputDim: width }).apply(inputs.slice(2))
  return layers.flatten().apply(row) as SymbolicTensor
}

/** A network whose first layer is as told. */
function denseFirst(
  first: { useBias?: boolean; activation?: 'sigmoid' | 'relu' },
  bent = false,
): LayersModel {
  const inputs = inputsOfPairs()
  const pair = layers.concatenate().apply([...inputs.slice(0, 2), rowOfLlm(inputs, 3)])
  const begin = bent ? layers.activation({ activation: 'tanh' }).apply(pair) : pair
  const biases = { biasInitializer: 'randomNormal' } as const
  const hidden = layers.dense({ units: 5, ...biases, ...first }).apply(begin)
  return modelOf({ inputs, outputs: layers.dense({ units: 1 }).apply(hidden) as SymbolicTensor })
}

/** A softmax over latent classes of prompts times the scores of an LLM on them. */
function gatedMixture({ normalize = false }): LayersModel {
  const inputs = inputsOfPairs()
  const prompt = layers.concatenate().apply(inputs.slice(0, 2))
  const gate = layers.dense({ units: 5 }).apply(prompt)
  const shares = layers.activation({ activation: 'softmax' }).apply(gate) as SymbolicTensor
  const dot = layers.dot({ axes: 1, normalize }).apply([shares, rowOfLlm(inputs, 5)])
  return modelOf({ inputs, outputs: dot as SymbolicTensor })
}

/** Prompts with unit-sized embeddings and small features, all different. */
function batchOf(P: number, llms: number[], batchSize: number): PromptBatch {
  const embeddings = Float32Array.from({ length: P * E }, (_, i) => Math.sin(i * 0.7) / Math.sqrt(E))
  const features = Float32Array.from({ length: P * F }, (_, i) => Math.cos(i * 1.3))
  return { embeddings, features, llms: Int32Array.from(llms), batchSize }
}
