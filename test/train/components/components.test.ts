import * as tf from '@tensorflow/tfjs-core'
import { expect } from 'chai'

import { at } from '../../../src/numeric/at.js'
import { llmRow } from '../../../src/numeric/indices.js'
import { rowOf } from '../../../src/numeric/matrix.js'
import { createRandom, gaussian } from '../../../src/numeric/random.js'
import type { DenseNetworkWeights } from '../../../src/scorer/networkWeights.js'
import { startBackend } from '../../../src/tensor/backend.js'
import { tensorsOf } from '../../../src/train/autodiff/parameters.js'
import type { Parameters } from '../../../src/train/autodiff/parameters.js'
import type { Component } from '../../../src/train/components/component.js'
import { exportGatedMixture, exportTower } from '../../../src/train/components/exportWeights.js'
import { gatedMixture } from '../../../src/train/components/gatedMixture.js'
import { tower } from '../../../src/train/components/tower.js'
import { outputOfPair } from '../../../src/train/oracle.js'
import { batchOfRows, MIXED_ROWS } from '../batches.js'
import { GATED_MIXTURE, TOWER } from '../settings.js'

/**
 * A logit of size 1 in float32 is off by 1e-7, which over STEP makes 1e-5; STEP^2 / 6 times a third derivative below 10
 * is 2e-6 more. A gradient that lacks a term is off by a hundredth and more. With the seed below no LeakyReLU has its corner
 * within STEP of where it is tried.
 */
const STEP = 2 ** -9
const TOLERANCE = 2e-4

const batch = batchOfRows(MIXED_ROWS, 5)

/** First values with those that begin at 0 moved from it, so that every gradient depends on every parameter. */
function parametersOf(component: Component, seed: number): Parameters {
  const parameters = component.initialParameters(createRandom(seed))
  const random = createRandom(seed + 1)
  for (const { data } of parameters.values())
    data.forEach((value, i) => (data[i] = value + 0.3 * gaussian(random)))
  return parameters
}

/** The same dropout each time: its random numbers begin with the same seed. */
function lossAt(component: Component, parameters: Parameters): number {
  return tf.tidy(() => at(component.loss(tensorsOf(parameters), batch, createRandom(3)).dataSync(), 0))
}

function gradientsOf(component: Component, parameters: Parameters): Map<string, Float32Array> {
  const names = [...parameters.keys()]
  const gradients = new Map<string, Float32Array>()
  tf.tidy(() => {
    const loss = (...tensors: tf.Tensor[]) =>
      component.loss(new Map(tensors.map((tensor, i) => [at(names, i), tensor])), batch, createRandom(3))
    const { grads } = tf.valueAndGrads(loss)([...tensorsOf(parameters).values()])
    grads.forEach((gradient, i) => gradients.set(at(names, i), gradient.dataSync<'float32'>().slice()))
  })
  return gradients
}

/** The derivative by every value of every parameter, one by one. */
function expectGradients(component: Component): void {
  const parameters = parametersOf(component, 7)
  const gradients = gradientsOf(component, parameters)
  for (const [name, { data }] of parameters) {
    const own = gradients.get(name)
    expect(own).to.have.length(data.length)
    data.forEach((value, i) => {
      const at = (moved: number) => {
        data[i] = moved
        return lossAt(component, parameters)
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

/** What the component scores in training, and what its saved weights give pair by pair. */
function expectLogits(
  component: Component,
  exportWeights: (parameters: Parameters) => Partial<DenseNetworkWeights>,
): void {
  const parameters = parametersOf(component, 8)
  const logits = tf.tidy(() => component.logits(tensorsOf(parameters), batch).slice())
  const weights: DenseNetworkWeights = {
    embedding: 3,
    features: 2,
    activation: { type: 'leaky_relu', slope: 0.1 },
    towers: [],
    gatedBranches: [],
    output: 'logit',
    ...exportWeights(parameters),
  }
  batch.llm.forEach((llm, i) => {
    const prompt = at(batch.prompt, i)
    const expected = 0.5 * at(logits, i)
    // Float32 against float64: a few sums of terms near 1.
    expect(outputOfPair(weights, rowOf(batch.inputs, prompt), llmRow(llm))).to.be.closeTo(expected, 2e-6)
  })
}

describe('gatedMixture', () => {
  before(() => startBackend(['wasm']))

  it('has the gradient of its whole loss', () => expectGradients(gatedMixture(GATED_MIXTURE)))
  it('has it with dropout', () => expectGradients(gatedMixture({ ...GATED_MIXTURE, dropout: 0.4 })))
  it('has it without categories', () => expectGradients(gatedMixture({ ...GATED_MIXTURE, categories: 0 })))

  it('scores as the weights say that it is saved as, by its blend weight', () => {
    const component = gatedMixture(GATED_MIXTURE)
    expectLogits(component, (parameters) => exportGatedMixture(GATED_MIXTURE, parameters, 0.5))
  })

  it('drops inputs in training only', () => {
    const [component, plain] = [gatedMixture({ ...GATED_MIXTURE, dropout: 0.4 }), gatedMixture(GATED_MIXTURE)]
    const parameters = parametersOf(component, 8)
    expect(lossAt(component, parameters)).to.not.be.closeTo(lossAt(plain, parameters), 1e-3)
    const logits = (of: Component) => tf.tidy(() => Array.from(of.logits(tensorsOf(parameters), batch)))
    expect(logits(component)).to.deep.equal(logits(plain))
  })
})

describe('tower', () => {
  before(() => startBackend(['wasm']))

  it('has the gradient of its whole loss', () => expectGradients(tower(TOWER)))
  it('has it with dropout', () => expectGradients(tower({ ...TOWER, dropout: 0.4 })))
  it('has it with one hidden layer', () => expectGradients(tower({ ...TOWER, hidden: [4] })))

  it('scores as the weights say that it is saved as, by its blend weight', () => {
    const component = tower(TOWER)
    expectLogits(component, (parameters) => exportTower(TOWER, parameters, 0.5))
  })
})
