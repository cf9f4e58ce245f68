import * as tf from '@tensorflow/tfjs-core'
import { expect } from 'chai'
import fc from 'fast-check'

import { at } from '../../../src/numeric/at.js'
import { matrixOf, rowOf } from '../../../src/numeric/matrix.js'
import type { Matrix } from '../../../src/numeric/matrix.js'
import { createRandom, gaussian } from '../../../src/numeric/random.js'
import { startBackend } from '../../../src/tensor/backend.js'
import { fitRidge } from '../../../src/train/lengths/ridge.js'

const [M, D] = [3, 4]
const PENALTIES = { common: 2, commonConstant: 0.5, deviation: 3, deviationConstant: 1.5 }

interface Answer {
  inputs: Float32Array
  llm: number
  length: number
}

/** Solves the normal equations of all (M + 1) D weights at once, by elimination. */
function solveDensely(answers: readonly Answer[]): number[] {
  const n = (M + 1) * D
  const rows = Array.from({ length: n }, (_, i) => {
    const [own, constant] = [Math.floor(i / D) < M, i % D === 0]
    const penalty = own
      ? constant
        ? PENALTIES.deviationConstant
        : PENALTIES.deviation
      : constant
        ? PENALTIES.commonConstant
        : PENALTIES.common
    return Array.from({ length: n + 1 }, (_unused, j) => (i === j ? penalty : 0))
  })
  for (const { inputs, llm, length } of answers) {
    const design = Array.from({ length: n }, (_, i) => {
      const block = Math.floor(i / D)
      return block === llm || block === M ? at(inputs, i % D) : 0
    })
    design.forEach((a, i) => {
      design.forEach((b, j) => (at(rows, i)[j] = at(at(rows, i), j) + a * b))
      at(rows, i)[n] = at(at(rows, i), n) + a * length
    })
  }
  for (let i = 0; i < n; i++) {
    const pivot = at(at(rows, i), i)
    for (let k = 0; k < n; k++) {
      if (k === i) continue
      const factor = at(at(rows, k), i) / pivot
      for (let j = i; j <= n; j++) at(rows, k)[j] = at(at(rows, k), j) - factor * at(at(rows, i), j)
    }
  }
  return rows.map((row, i) => at(row, n) / at(row, i))
}

function covarianceOf(inputs: Matrix): Matrix {
  const covariance = matrixOf(new Float32Array(D * D), D)
  for (let p = 0; p < inputs.rows; p++) {
    const row = rowOf(inputs, p)
    row.forEach((a, i) =>
      row.forEach(
        (b, j) => (covariance.data[i * D + j] = at(covariance.data, i * D + j) + (a * b) / inputs.rows),
      ),
    )
  }
  return covariance
}

describe('fitRidge', () => {
  before(() => startBackend(['wasm']))

  it('solves the normal equations, whoever answered what', () => {
    const cells = fc.array(fc.boolean(), { minLength: 2 * 5 * 2, maxLength: 2 * 5 * 2 })
    fc.assert(
      fc.property(fc.integer(), cells, (seed, isAnswered) => {
        const random = createRandom(seed)
        const inputs = matrixOf(
          Float32Array.from({ length: 10 * D }, (_, i) => (i % D === 0 ? 1 : gaussian(random))),
          D,
        )
        const answers: Answer[] = []
        // Two sources of five prompts, the second LLM in both.
        const blocks = [
          [0, 1],
          [1, 2],
        ].map((llms, source) => {
          const target = new Float32Array(10).fill(NaN)
          for (let p = 0; p < 5; p++) {
            llms.forEach((llm, column) => {
              if (isAnswered[source * 10 + p * 2 + column] !== true) return
              const length = Math.fround(3 + gaussian(random))
              target[p * 2 + column] = length
              answers.push({ inputs: rowOf(inputs, source * 5 + p), llm, length })
            })
          }
          const gate = tf.tensor2d(inputs.data.slice(source * 5 * D, (source + 1) * 5 * D), [5, D])
          return { source, gate, llms: Int32Array.from(llms), target }
        })
        const counts = Int32Array.from({ length: M }, (_, m) => answers.filter(({ llm }) => llm === m).length)
        const before = tf.memory().numTensors
        const found = fitRidge(blocks, covarianceOf(inputs), counts, PENALTIES, 40)
        expect(tf.memory().numTensors).to.equal(before)
        for (const { gate } of blocks) gate.dispose()
        // Products are in float32; weights are of the size of 3.
        solveDensely(answers).forEach((weight, i) => {
          expect(found.data[i]).to.be.closeTo(weight, 2e-4)
        })
      }),
      { numRuns: 30 },
    )
  })
})
