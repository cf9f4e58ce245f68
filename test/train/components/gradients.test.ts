import * as tf from '@tensorflow/tfjs-core'
import { expect } from 'chai'

import type { DenseNetworkWeights } from '../../../src/scorer/networkWeights.js'
import { startBackend } from '../../../src/tensor/backend.js'
import { kindsPart } from '../../../src/train/components/gatedMixture.js'
import { outputOfPair } from '../../../src/train/oracle.js'
import type { Parameters } from '../../../src/train/autodiff/parameters.js'
import type { Part, Tensors } from '../../../src/train/components/component.js'
import { createRandom, gaussian } from '../../../src/numeric/random.js'
import { towerPart } from '../../../src/train/components/tower.js'
import { gatedBranchOf, towerWeights } from '../../../src/train/components/exportWeights.js'
import { batchOfRows, MIXED_ROWS } from '../batches.js'
import { KINDS_PLAN, TOWER_PLAN } from '../plans.js'

/**
 * A logit of size 1 in float32 is off by 1e-7, which over STEP makes 1e-5; STEP^2 / 6 times a third derivative below 10
 * is 2e-6 more. A gradient that lacks a term is off by a hundredth and more. With the seed below no LeakyReLU has its corner
 * within STEP of where it is tried.
 */
const STEP = 2 ** -9
const TOLERANCE = 2e-4

const batch = batchOfRows(MIXED_ROWS, 5)

/** First values with those that begin at 0 moved from it, so that every gradient depends on every parameter. */
function parametersOf(part: Part, seed: number): Parameters {
  const parameters = part.initialParameters(createRandom(seed))
  const random = createRandom(seed + 1)
  for (const { data } of parameters.values())
    data.forEach((value, i) => (data[i] = value + 0.3 * gaussian(random)))
  return parameters
}

function tensorsOf(parameters: Parameters): Tensors {
  return new Map([...parameters].map(([name, { shape, data }]) => [name, tf.tensor(data, [...shape])]))
}

/** The same dropout each time: its random numbers begin with the same seed. */
function lossAt(part: Part, parameters: Parameters): number {
  return tf.tidy(() => part.loss(tensorsOf(parameters), batch, createRandom(3)).dataSync()[0] ?? NaN)
}

function gradientsOf(part: Part, parameters: Parameters): Map<string, Float32Array> {
  const names = [...parameters.keys()]
  const gradients = new Map<string, Float32Array>()
  tf.tidy(() => {
    const loss = (...tensors: tf.Tensor[]) =>
      part.loss(new Map(tensors.map((tensor, i) => [names[i] ?? '', tensor])), batch, createRandom(3))
    const { grads } = tf.valueAndGrads(loss)([...tensorsOf(parameters).values()])
    grads.forEach((gradient, i) => gradients.set(names[i] ?? '', gradient.dataSync<'float32'>().slice()))
  })
  return gradients
}

/** The derivative by every value of every parameter, one by one. */
function expectGradients(part: Part): void {
  const parameters = parametersOf(part, 7)
  const gradients = gradientsOf(part, parameters)
  for (const [name, { data }] of parameters) {
    const own = gradients.get(name)
    expect(own).to.have.length(data.length)
    data.forEach((value, i) => {
      const at = (moved: number) => {
        data[i] = moved
        return lossAt(part, parameters)
      }
      const difference = (at(value + STEP) - at(value - STEP)) / (2 * STEP)
      data[i] = value
      expect(own?.[i], `${name} ${i}`).to.be.closeTo(difference, TOLERANCE)
    })
    expect(
      own?.some((derivative) => Math.abs(derivative) > 10 * TOLERANCE),
      `${name} matters`,
    ).to.be.true
  }
}

/** What the part scores in training, and what its saved weights give pair by pair. */
function expectLogits(
  part: Part,
  contribution: (parameters: Parameters) => Partial<DenseNetworkWeights>,
): void {
  const parameters = parametersOf(part, 8)
  const logits = tf.tidy(() => part.logits(tensorsOf(parameters), batch).slice())
  const weights: DenseNetworkWeights = {
    embedding: 3,
    features: 2,
    activation: { type: 'leaky_relu', slope: 0.1 },
    towers: [],
    gatedBranches: [],
    output: 'logit',
    ...contribution(parameters),
  }
  batch.llm.forEach((llm, i) => {
    const prompt = batch.prompt[i] ?? 0
    const expected = 0.5 * (logits[i] ?? NaN)
    // Float32 against float64: a few sums of terms near 1.
    expect(outputOfPair(weights, batch.inputs.subarray(prompt * 5, prompt * 5 + 5), llm)).to.be.closeTo(
      expected,
      2e-6,
    )
  })
}

describe('kindsPart', () => {
  before(() => startBackend(['wasm']))

  it('has the gradient of its whole loss', () => expectGradients(kindsPart(KINDS_PLAN)))
  it('has it with dropout', () => expectGradients(kindsPart({ ...KINDS_PLAN, dropout: 0.4 })))
  it('has it without categories', () => expectGradients(kindsPart({ ...KINDS_PLAN, categories: 0 })))

  it('scores as the weights say that it is saved as, by its share', () => {
    const part = kindsPart(KINDS_PLAN)
    expectLogits(part, (parameters) => ({ gatedBranches: [gatedBranchOf(KINDS_PLAN, parameters, 0.5)] }))
  })

  it('drops inputs in training only', () => {
    const [part, plain] = [kindsPart({ ...KINDS_PLAN, dropout: 0.4 }), kindsPart(KINDS_PLAN)]
    const parameters = parametersOf(part, 8)
    expect(lossAt(part, parameters)).to.not.be.closeTo(lossAt(plain, parameters), 1e-3)
    const logits = (of: Part) => tf.tidy(() => Array.from(of.logits(tensorsOf(parameters), batch)))
    expect(logits(part)).to.deep.equal(logits(plain))
  })
})

describe('towerPart', () => {
  before(() => startBackend(['wasm']))

  it('has the gradient of its whole loss', () => expectGradients(towerPart(TOWER_PLAN)))
  it('has it with dropout', () => expectGradients(towerPart({ ...TOWER_PLAN, dropout: 0.4 })))
  it('has it with one hidden layer', () => expectGradients(towerPart({ ...TOWER_PLAN, hidden: [4] })))

  it('scores as the weights say that it is saved as, by its share', () => {
    const part = towerPart(TOWER_PLAN)
    expectLogits(part, (parameters) => {
      const { tower, llmBias } = towerWeights(TOWER_PLAN, parameters, 0.5)
      return { towers: [tower], llmBias }
    })
  })
})
