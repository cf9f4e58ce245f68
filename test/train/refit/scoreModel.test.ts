import * as tf from '@tensorflow/tfjs-core'
import { expect } from 'chai'

import { at } from '../../../src/numeric/at.js'
import { createRandom, gaussian } from '../../../src/numeric/random.js'
import { startBackend } from '../../../src/tensor/backend.js'
import { outcomeBlocks } from '../../../src/train/refit/outcomeBlocks.js'
import { partCount, scoreObjective, scoresOf } from '../../../src/train/refit/scoreModel.js'
import { COUNTS, K, smallExamples, smallGates } from './setting.js'

const SHAPE = { ...COUNTS, classes: K }
const VARIANCES = { ability: 0.8, deviation: 0.4, source: 0.3 }

/** Logits are float32: off by 1e-7, which over STEP makes 1e-4 for the sum of a dozen of them. */
const STEP = 2 ** -7
const TOLERANCE = 1e-3

describe('scoreObjective', () => {
  before(() => startBackend(['wasm']))

  const pointOf = (seed: number) => {
    const random = createRandom(seed)
    return Float64Array.from({ length: partCount(SHAPE) }, () => gaussian(random))
  }

  it('has the gradient of its value by every part', () => {
    const blocks = outcomeBlocks(smallExamples(), smallGates())
    const objective = scoreObjective(blocks, SHAPE, VARIANCES)
    const x = pointOf(1)
    const gradient = new Float64Array(x.length)
    objective(x, gradient)
    const valueAt = (i: number, change: number) => {
      const moved = x.slice()
      moved[i] = at(x, i) + change
      return objective(moved, new Float64Array(x.length))
    }
    x.forEach((_, i) => {
      const slope = (valueAt(i, STEP) - valueAt(i, -STEP)) / (2 * STEP)
      expect(gradient[i], `derivative ${i}`).to.be.closeTo(slope, TOLERANCE)
    })
    for (const { gate } of blocks) gate.dispose()
  })

  it('is what the model says, added up outcome by outcome', () => {
    const [examples, gates] = [smallExamples(), smallGates()]
    const blocks = outcomeBlocks(examples, gates)
    const x = pointOf(2)
    const value = scoreObjective(blocks, SHAPE, VARIANCES)(x, new Float64Array(x.length))

    const [M, part] = [COUNTS.llms, (i: number) => at(x, i)]
    const score = (l: number, k: number) =>
      part(k) + Math.sqrt(0.8) * part(K + l) + Math.sqrt(0.4) * part(K + M + l * K + k)
    let expected = 0
    examples.target.forEach((y, pair) => {
      if (Number.isNaN(y)) return
      const [prompt, llm] = [Math.floor(pair / M), pair % M]
      let z = Math.sqrt(0.3) * part(K + M + M * K + at(examples.source, prompt))
      for (let k = 0; k < K; k++) z += at(gates.data, prompt * K + k) * score(llm, k)
      expected -= y * Math.log(1 / (1 + Math.exp(-z))) + (1 - y) * Math.log(1 / (1 + Math.exp(z)))
    })
    x.forEach((v, i) => (expected += ((i < K ? 0.02 : 1) * v * v) / 2))
    expect(value).to.be.closeTo(expected, 1e-5)
    const scores = scoresOf(x, SHAPE, VARIANCES)
    expect(scores.data[1 * K + 2]).to.be.closeTo(score(1, 2), 1e-6)
    for (const { gate } of blocks) gate.dispose()
  })

  it('leaves no tensor behind but the gates of the blocks', () => {
    const before = tf.memory().numTensors
    const blocks = outcomeBlocks(smallExamples(), smallGates())
    scoreObjective(blocks, SHAPE, VARIANCES)(pointOf(3), new Float64Array(partCount(SHAPE)))
    expect(tf.memory().numTensors - before).to.equal(blocks.length)
    for (const { gate } of blocks) gate.dispose()
  })
})

describe('outcomeBlocks', () => {
  before(() => startBackend(['wasm']))

  it('has every outcome once, with its source, its LLM and the gate of its prompt', () => {
    const [examples, gates] = [smallExamples(), smallGates()]
    const found = outcomeBlocks(examples, gates).flatMap(({ source, gate, llms, target }) => {
      const rows = gate.arraySync()
      gate.dispose()
      return Array.from(target, (y, i) => ({
        source,
        llm: at(llms, i % llms.length),
        y,
        gate: at(rows, Math.floor(i / llms.length)),
      })).filter(({ y }) => !Number.isNaN(y))
    })
    const expected = Array.from(examples.target, (y, pair) => ({
      source: at(examples.source, Math.floor(pair / 4)),
      llm: pair % 4,
      y,
      gate: Array.from(gates.data.subarray(Math.floor(pair / 4) * K, Math.floor(pair / 4) * K + K)),
    })).filter(({ y }) => !Number.isNaN(y))
    expect(found).to.have.deep.members(expected)
  })
})
