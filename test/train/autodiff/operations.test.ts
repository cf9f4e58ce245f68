import * as tf from '@tensorflow/tfjs-core'
import { expect } from 'chai'

import { createRandom, gaussian } from '../../../src/numeric/random.js'
import { startBackend } from '../../../src/tensor/backend.js'
import * as operations from '../../../src/train/autodiff/operations.js'

/** Bilinear operations have no error but rounding, 1e-7 of values near 1 over STEP; that of softmax is STEP^2 at most. */
const STEP = 2 ** -7
const TOLERANCE = 1e-4

interface Case {
  name: string
  shapes: [number, number][]
  apply: (...inputs: tf.Tensor2D[]) => tf.Tensor2D
  /** The same with the operations of TensorFlow.js. */
  plain: (...inputs: tf.Tensor2D[]) => tf.Tensor
}

const constant = () => tf.tensor2d([1, 0, 2, -1, 0.5, 0], [2, 3])
const factor = () => tf.tensor2d([0, 2, 2, 0, 2, 0.5], [2, 3])

const [x, y] = [0, 1]
const first = (inputs: tf.Tensor2D[]) => inputs[x] ?? tf.zeros<tf.Rank.R2>([0, 0])
const second = (inputs: tf.Tensor2D[]) => inputs[y] ?? tf.zeros<tf.Rank.R2>([0, 0])

const CASES: Case[] = [
  {
    name: 'product',
    shapes: [
      [2, 3],
      [3, 4],
    ],
    apply: (...all) => operations.product(first(all), second(all)),
    plain: (...all) => tf.matMul(first(all), second(all)),
  },
  {
    name: 'constantProduct',
    shapes: [[3, 4]],
    apply: (...all) => operations.constantProduct(constant(), first(all)),
    plain: (...all) => tf.matMul(constant(), first(all)),
  },
  {
    name: 'addBias',
    shapes: [
      [3, 4],
      [1, 4],
    ],
    apply: (...all) => operations.addBias(first(all), second(all)),
    plain: (...all) => tf.add(first(all), second(all)),
  },
  {
    name: 'plus',
    shapes: [
      [2, 3],
      [2, 3],
    ],
    apply: (...all) => operations.plus(first(all), second(all)),
    plain: (...all) => tf.add(first(all), second(all)),
  },
  {
    name: 'asRow',
    shapes: [[4, 1]],
    apply: (...all) => operations.asRow(first(all)),
    plain: (...all) => tf.reshape(first(all), [1, 4]),
  },
  {
    name: 'transposed',
    shapes: [[2, 3]],
    apply: (...all) => operations.transposed(first(all)),
    plain: (...all) => tf.transpose(first(all)),
  },
  {
    name: 'times',
    shapes: [[2, 3]],
    apply: (...all) => operations.times(first(all), factor()),
    plain: (...all) => tf.mul(first(all), factor()),
  },
  {
    name: 'softmax',
    shapes: [[2, 4]],
    apply: (...all) => operations.softmax(first(all)),
    plain: (...all) => tf.softmax(first(all)),
  },
  {
    name: 'leakyRelu',
    shapes: [[3, 4]],
    apply: (...all) => operations.leakyRelu(first(all), 0.1),
    plain: (...all) => tf.leakyRelu(first(all), 0.1),
  },
]

/** No value is within STEP of 0, where leakyRelu has a corner. */
function valuesOf(shape: readonly number[], seed: number): Float32Array {
  const random = createRandom(seed)
  return Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => {
    const value = gaussian(random)
    return value + Math.sign(value) * 2 * STEP
  })
}

describe('operations', () => {
  before(() => startBackend(['wasm']))

  for (const { name, shapes, apply, plain } of CASES) {
    const values = shapes.map((shape, i) => valuesOf(shape, i + 1))
    const tensors = (data: Float32Array[]) => data.map((of, i) => tf.tensor2d(of, shapes[i]))

    it(`${name} gives what TensorFlow.js gives`, () => {
      tf.tidy(() => {
        const [own, expected] = [apply(...tensors(values)), plain(...tensors(values))]
        expect(own.shape).to.deep.equal(expected.shape)
        // The same kernels, or sums of four terms in another order.
        const known = expected.dataSync()
        own.dataSync().forEach((value, i) => expect(value).to.be.closeTo(known[i] ?? NaN, 1e-6))
      })
    })

    it(`${name} has the gradient that differences show, by each input`, () => {
      // A sum with weights of its own for every value of the result, added up in float64.
      const lossOf = (...inputs: tf.Tensor2D[]) =>
        operations.plainLoss(apply(...inputs), (result) => {
          const gradient = valuesOf([result.length], 9)
          return { loss: result.reduce((sum, value, i) => sum + value * (gradient[i] ?? NaN), 0), gradient }
        })
      const lossAt = (data: Float32Array[]) => tf.tidy(() => lossOf(...tensors(data)).dataSync()[0] ?? NaN)
      tf.tidy(() => {
        const { grads } = tf.valueAndGrads((...inputs: tf.Tensor[]) => lossOf(...(inputs as tf.Tensor2D[])))(
          tensors(values),
        )
        values.forEach((of, input) => {
          expect(grads[input]?.shape).to.deep.equal(shapes[input])
          grads[input]?.dataSync().forEach((derivative, i) => {
            const moved = (step: number) =>
              lossAt(
                values.map((all, n) => (n === input ? all.map((v, j) => (i === j ? v + step : v)) : all)),
              )
            const expected = (moved(STEP) - moved(-STEP)) / (2 * STEP)
            expect(derivative, `input ${input}, value ${i} of ${of.length}`).to.be.closeTo(
              expected,
              TOLERANCE,
            )
          })
        })
      })
    })
  }

  it('leave no tensor behind', () => {
    const before = tf.memory().numTensors
    for (const { shapes, apply } of CASES) {
      tf.tidy(() => {
        const inputs = shapes.map((shape, i) => tf.tensor2d(valuesOf(shape, i + 1), shape))
        const plain = (...all: tf.Tensor[]) =>
          operations.plainLoss(apply(...(all as tf.Tensor2D[])), (z) => ({ loss: 0, gradient: z }))
        tf.valueAndGrads(plain)(inputs)
      })
    }
    expect(tf.memory().numTensors).to.equal(before)
  })
})
