import * as tf from '@tensorflow/tfjs-core'
import { input, layers, model as modelOf } from '@tensorflow/tfjs-layers'
import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs-layers'
import { expect } from 'chai'

import { DenseNetwork, loadModel } from '../../src/scorer/denseNetwork.js'
import { INPUTS } from '../../src/scorer/networkShape.js'
import { factorizedNetwork } from '../../src/scorer/factorizedNetwork.js'
import { llmRow } from '../../src/numeric/indices.js'
import type { Matrix } from '../../src/numeric/matrix.js'
import type { DenseNetworkWeights, GatedBranch, Tower } from '../../src/scorer/networkWeights.js'
import { unfactorizedNetwork } from '../../src/scorer/pairNetwork.js'
import { writeNetwork } from '../../src/scorer/writeNetwork.js'
import { startBackend } from '../../src/tensor/backend.js'
import { outputOfPair } from '../../src/train/oracle.js'
import { createRandom, gaussian } from '../../src/numeric/random.js'

const [E, F, M, P] = [6, 3, 5, 40]

const random = createRandom(11)
const values = (length: number, scale: number) =>
  Float32Array.from({ length }, () => scale * gaussian(random))
const matrix = (rows: number, columns: number): Matrix => ({
  rows,
  columns,
  data: values(rows * columns, 0.6),
})

function towerOf(D: number, ...hidden: number[]): Tower {
  const widths = [E + F + D, ...hidden, 1]
  const dense = widths.slice(1).map((outputs, n) => ({
    kernel: matrix(widths[n] ?? 0, outputs),
    bias: values(outputs, 0.2),
  }))
  return { llmVectors: matrix(M, D), layers: dense }
}

function gatedBranchOf(K: number): GatedBranch {
  return { gateKernel: matrix(E + F, K), gateBias: values(K, 0.3), classScores: matrix(M, K) }
}

const nothing: DenseNetworkWeights = {
  embedding: E,
  features: F,
  activation: { type: 'leaky_relu', slope: 0.1 },
  towers: [],
  gatedBranches: [],
  output: 'logit',
}

const NETWORKS: Record<string, DenseNetworkWeights> = {
  'one tower': { ...nothing, towers: [towerOf(4, 8, 5)] },
  'one tower, with relu': { ...nothing, towers: [towerOf(4, 8, 5)], activation: { type: 'relu' } },
  'one tower and a bias per LLM': { ...nothing, towers: [towerOf(4, 8)], llmBias: values(M, 1) },
  'two towers': { ...nothing, towers: [towerOf(4, 8, 5), towerOf(2, 7)] },
  'one gated branch': { ...nothing, gatedBranches: [gatedBranchOf(4)] },
  'two gated branches': { ...nothing, gatedBranches: [gatedBranchOf(4), gatedBranchOf(3)] },
  'a gated branch of one class': { ...nothing, gatedBranches: [gatedBranchOf(1)] },
  'a bias per LLM and two gated branches': {
    ...nothing,
    llmBias: values(M, 1),
    gatedBranches: [gatedBranchOf(4), gatedBranchOf(3)],
  },
  'all of it': {
    ...nothing,
    towers: [towerOf(4, 8, 5), towerOf(2, 7)],
    llmBias: values(M, 1),
    gatedBranches: [gatedBranchOf(4)],
  },
  'one tower, tanh': { ...nothing, towers: [towerOf(4, 8, 5)], output: 'tanh' },
  'one gated branch, tanh': { ...nothing, gatedBranches: [gatedBranchOf(4)], output: 'tanh' },
  'all of it, tanh of the sum': {
    ...nothing,
    towers: [towerOf(4, 8, 5)],
    llmBias: values(M, 0.5),
    gatedBranches: [gatedBranchOf(4)],
    output: 'tanh',
  },
}

const batch = {
  embeddings: values(P * E, 1),
  features: values(P * F, 1),
  llms: Int32Array.of(4, 0, 2, 2, 1, 3),
  batchSize: 17,
}

function inputsOf(p: number): Float32Array {
  return Float32Array.of(
    ...batch.embeddings.subarray(p * E, (p + 1) * E),
    ...batch.features.subarray(p * F, (p + 1) * F),
  )
}

describe('writeNetwork', () => {
  before(() => startBackend(['wasm']))

  for (const [name, weights] of Object.entries(NETWORKS)) {
    it(`writes ${name}, which predicts as the weights say, factorized and not`, async () => {
      const before = tf.memory().numTensors
      const model = await loadModel(await writeNetwork(weights))
      const factorized = factorizedNetwork(model)
      if (factorized === undefined) throw new Error('the network is not factorized')
      const byBranch = new DenseNetwork(model, factorized)
      const plain = new DenseNetwork(model, unfactorizedNetwork(model))
      const [scores, plainly] = [await byBranch.score(batch), await plain.score(batch)]
      batch.llms.forEach((llm, m) => {
        for (let p = 0; p < P; p++) {
          const score = scores[m * P + p]
          // Only the order of a few float32 additions of terms near 1 differs.
          expect(score).to.be.closeTo(plainly[m * P + p] ?? NaN, 1e-6)
          // Float32 against float64: outputs are as large as 5, where a float32 is off by 2.4e-7, layer after layer.
          expect(score).to.be.closeTo(outputOfPair(weights, inputsOf(p), llmRow(llm)), 3e-6)
        }
      })
      // A network of one class says the same of every prompt.
      expect(new Set(scores).size).to.be.at.least(M)
      byBranch.dispose()
      expect(tf.memory().numTensors).to.equal(before)
    })
  }

  it('writes the same bytes for the same weights', async () => {
    const weights = NETWORKS['all of it'] ?? nothing
    const [first, second] = [await writeNetwork(weights), await writeNetwork(weights)]
    expect([...second.keys()]).to.deep.equal([...first.keys()])
    for (const [name, bytes] of first)
      expect(Buffer.from(second.get(name) ?? []).equals(bytes), name).to.be.true
  })
})

describe('factorizedNetwork', () => {
  before(() => startBackend(['wasm']))

  it('leaves a sum with an unknown branch as it is, and nothing behind', async () => {
    const model = withSigmoid()
    const before = tf.memory().numTensors
    expect(factorizedNetwork(model)).to.equal(undefined)
    expect(tf.memory().numTensors).to.equal(before)
    const [network, plain] = [new DenseNetwork(model), new DenseNetwork(model, unfactorizedNetwork(model))]
    const scores = await network.score(batch)
    expect(Array.from(scores)).to.deep.equal(Array.from(await plain.score({ ...batch, batchSize: 17 })))
    expect(new Set(scores).size).to.be.greaterThan(P)
    network.dispose()
  })
})

/** A number per LLM, plus the sigmoid of a product of the prompt: the first is a known branch, the second is not. */
function withSigmoid(): LayersModel {
  const inputs = [
    input({ name: INPUTS[0], shape: [E] }),
    input({ name: INPUTS[1], shape: [F] }),
    input({ name: INPUTS[2], shape: [1], dtype: 'int32' }),
  ]
  const bias = layers.flatten().apply(layers.embedding({ inputDim: M, outputDim: 1 }).apply(inputs.slice(2)))
  const prompt = layers.concatenate().apply(inputs.slice(0, 2))
  const sigmoid = layers.dense({ units: 1, activation: 'sigmoid' }).apply(prompt)
  const sum = layers.add().apply([bias as SymbolicTensor, sigmoid as SymbolicTensor])
  return modelOf({ inputs, outputs: sum as SymbolicTensor })
}
