import * as tf from '@tensorflow/tfjs-core'
import { expect } from 'chai'

import { logitGrid } from '../../src/train/logitGrid.js'
import { at } from '../../src/numeric/at.js'
import { llmRow } from '../../src/numeric/indices.js'
import { matrixOf, rowOf } from '../../src/numeric/matrix.js'
import type { Matrix } from '../../src/numeric/matrix.js'
import { createRandom, gaussian } from '../../src/numeric/random.js'
import type { DenseNetworkWeights } from '../../src/scorer/networkWeights.js'
import { startBackend } from '../../src/tensor/backend.js'
import { outputOfPair } from '../../src/train/oracle.js'

const random = createRandom(11)
const drawn = (rows: number, columns: number): Matrix =>
  matrixOf(
    Float32Array.from({ length: rows * columns }, () => gaussian(random)),
    columns,
  )

const branch = () => ({ gateKernel: drawn(5, 4), gateBias: drawn(1, 4).data, classScores: drawn(3, 4) })
const GATED: DenseNetworkWeights = {
  embedding: 3,
  features: 2,
  activation: { type: 'leaky_relu', slope: 0.1 },
  towers: [],
  gatedBranches: [branch(), branch()],
  output: 'logit',
}
const layers = [
  { kernel: drawn(7, 4), bias: drawn(1, 4).data },
  { kernel: drawn(4, 1), bias: drawn(1, 1).data },
]
const MIXED: DenseNetworkWeights = {
  ...GATED,
  towers: [{ llmVectors: drawn(3, 2), layers }],
  llmBias: drawn(1, 3).data,
}

describe('logitGrid', () => {
  before(() => startBackend(['wasm']))

  for (const [name, network] of Object.entries({ 'gated branches': GATED, 'a tower beside them': MIXED })) {
    it(`has the logit of every LLM on every prompt, of ${name}, and leaves no tensor behind`, () => {
      // More prompts than are scored at once.
      const inputs = drawn(1030, 5)
      const before = tf.memory().numTensors
      const grid = logitGrid(network, inputs)
      expect(tf.memory().numTensors).to.equal(before)
      expect([grid.rows, grid.columns]).to.deep.equal([1030, 3])
      for (const p of [0, 17, 1023, 1024, 1029]) {
        for (let m = 0; m < 3; m++) {
          const expected = outputOfPair(network, rowOf(inputs, p), llmRow(m))
          // Float32 against float64, of logits up to 10.
          expect(at(rowOf(grid, p), m)).to.be.closeTo(expected, 1e-5)
        }
      }
    })
  }
})
