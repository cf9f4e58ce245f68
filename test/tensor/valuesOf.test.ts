import * as tf from '@tensorflow/tfjs-core'
import { expect } from 'chai'

import { startBackend } from '../../src/tensor/backend.js'
import { valuesOf } from '../../src/tensor/valuesOf.js'

describe('valuesOf', () => {
  before(() => startBackend(['wasm']))

  it('leaves no tensor, also if the computation fails', () => {
    const before = tf.memory().numTensors
    expect([...valuesOf(() => tf.add(tf.tensor1d([1, 2]), 3))]).to.deep.equal([4, 5])
    const fail = () => {
      tf.zeros([2])
      throw new Error('no product')
    }
    expect(() => valuesOf(fail)).to.throw('no product')
    expect(tf.memory().numTensors).to.equal(before)
  })

  it('takes more values than a set can hold', () => {
    expect(valuesOf(() => tf.zeros([2 ** 24 + 1]))).to.have.lengthOf(2 ** 24 + 1)
  })
})
