import { expect } from 'chai'

import { llmRow } from '../../../src/numeric/indices.js'
import { rowOf } from '../../../src/numeric/matrix.js'
import type { Matrix } from '../../../src/numeric/matrix.js'
import { createRandom, gaussian } from '../../../src/numeric/random.js'
import type { DenseNetworkWeights } from '../../../src/scorer/networkWeights.js'
import { llmRows, withLlm } from '../../../src/train/export/llmRows.js'
import { outputOfPair } from '../../../src/train/oracle.js'

const random = createRandom(2)
const values = (length: number) => Float32Array.from({ length }, () => gaussian(random))
const matrix = (rows: number, columns: number): Matrix => ({ rows, columns, data: values(rows * columns) })

const [M, INPUTS] = [3, 4]

/** With everything that belongs to an LLM: a vector for a tower, a number, and a row for each gated branch. */
const NETWORK: DenseNetworkWeights = {
  embedding: 3,
  features: 1,
  activation: { type: 'leaky_relu', slope: 0.1 },
  towers: [
    {
      llmVectors: matrix(M, 2),
      layers: [
        { kernel: matrix(INPUTS + 2, 3), bias: values(3) },
        { kernel: matrix(3, 1), bias: values(1) },
      ],
    },
  ],
  llmBias: values(M),
  gatedBranches: [
    { gateKernel: matrix(INPUTS, 4), gateBias: values(4), classScores: matrix(M, 4) },
    { gateKernel: matrix(INPUTS, 2), gateBias: values(2), classScores: matrix(M, 2) },
  ],
  output: 'logit',
}

describe('llmRows', () => {
  it('puts everything of one LLM in a row', () => {
    const rows = llmRows(NETWORK)
    expect([rows.rows, rows.columns]).to.deep.equal([M, 2 + 1 + 4 + 2])
    const [tower] = NETWORK.towers
    const [first, second] = NETWORK.gatedBranches
    for (let m = 0; m < M; m++) {
      const own = (table: Matrix | undefined, width: number) =>
        table?.data.slice(m * width, (m + 1) * width) ?? []
      const expected = [
        ...own(tower?.llmVectors, 2),
        NETWORK.llmBias?.[m],
        ...own(first?.classScores, 4),
        ...own(second?.classScores, 2),
      ]
      expect(Array.from(rowOf(rows, m))).to.deep.equal(expected)
    }
  })
})

describe('withLlm', () => {
  it('adds an LLM that scores as the one whose row it was given, and leaves the others as they are', () => {
    const extended = withLlm(NETWORK, rowOf(llmRows(NETWORK), 1))
    const inputs = values(INPUTS)
    for (let llm = 0; llm < M; llm++) {
      expect(outputOfPair(extended, inputs, llmRow(llm))).to.equal(outputOfPair(NETWORK, inputs, llmRow(llm)))
    }
    expect(outputOfPair(extended, inputs, llmRow(M))).to.equal(outputOfPair(NETWORK, inputs, llmRow(1)))
    expect(llmRows(extended).rows).to.equal(M + 1)
    expect(llmRows(NETWORK).rows, 'the network it was made of').to.equal(M)
  })

  it('does so in a network without a bias per LLM', () => {
    const { llmBias: _, ...rest } = NETWORK
    expect(_).to.have.length(M)
    const rows = llmRows(rest)
    expect(rows.columns).to.equal(8)
    const extended = withLlm(rest, rowOf(rows, 0))
    expect(extended).to.not.have.property('llmBias')
    expect(rowOf(llmRows(extended), M)).to.deep.equal(rowOf(rows, 0))
  })

  it('throws for a row of another width', () => {
    expect(() => withLlm(NETWORK, new Float32Array(8))).to.throw(
      RangeError,
      'expected a row of 9 numbers, got 8',
    )
  })
})
