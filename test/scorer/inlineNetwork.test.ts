import { expect } from 'chai'
import fc from 'fast-check'

import { createRandom } from '../../src/numeric/random.js'
import { DenseNetwork } from '../../src/scorer/denseNetwork.js'
import { multiplications, readGatedNetwork } from '../../src/scorer/gatedNetwork.js'
import { InlineNetwork } from '../../src/scorer/inlineNetwork.js'
import type { DenseNetworkWeights, GatedBranch } from '../../src/scorer/networkWeights.js'
import { writeNetwork } from '../../src/scorer/writeNetwork.js'
import { startBackend } from '../../src/tensor/backend.js'
import type { ModelFiles } from '../../src/tensor/layersModel.js'
import { rejection } from '../rejection.js'

const CALIBRATION = { slope: 1.4, intercept: -0.3 }

/** Widths that fill no vector register. */
const [E, F, M] = [13, 6, 7]

function weightsOf(seed: number, classes: readonly number[]): DenseNetworkWeights {
  const random = createRandom(seed)
  const matrix = (rows: number, columns: number) => ({
    rows,
    columns,
    data: Float32Array.from({ length: rows * columns }, () => random() * 2 - 1),
  })
  const gatedBranches = classes.map((K): GatedBranch => ({
    gateKernel: matrix(E + F, K),
    gateBias: matrix(1, K).data,
    classScores: matrix(M, K),
  }))
  return {
    embedding: E,
    features: F,
    activation: { type: 'relu' },
    towers: [],
    gatedBranches,
    output: 'logit',
  }
}

function inline(files: ModelFiles): InlineNetwork {
  const network = readGatedNetwork(files)
  if (network === undefined) throw new Error('expected a gated network')
  return new InlineNetwork(network, CALIBRATION)
}

describe('InlineNetwork', () => {
  before(() => startBackend(['cpu']))

  for (const classes of [[5], [4, 8], [3, 9, 1]]) {
    it(`scores as TensorFlow.js does, with branches of ${classes.join(' and ')} classes`, async () => {
      const files = await writeNetwork(weightsOf(classes.length, classes))
      const network = inline(files)
      const tensorflow = await DenseNetwork.load(files, CALIBRATION)
      const input = fc.float({ noNaN: true, noDefaultInfinity: true, min: -3, max: 3 })
      const batch = fc.integer({ min: 1, max: 5 }).chain((P) =>
        fc.record({
          embeddings: fc.float32Array({ minLength: P * E, maxLength: P * E, min: -1, max: 1, noNaN: true }),
          features: fc.array(input, { minLength: P * F, maxLength: P * F }).map((x) => Float32Array.from(x)),
          llms: fc.array(fc.nat(M - 1), { maxLength: 9 }).map((rows) => Int32Array.from(rows)),
        }),
      )
      await fc.assert(
        fc.asyncProperty(batch, async (inputs) => {
          const found = await network.score({ ...inputs, batchSize: 128 })
          const expected = await tensorflow.score({ ...inputs, batchSize: 128 })
          expect(found.length).to.equal(expected.length)
          found.forEach((score, i) => expect(score).to.be.closeTo(expected[i] ?? NaN, 1e-6))
        }),
        { numRuns: 30 },
      )
      tensorflow.dispose()
    })
  }

  it('rejects rows that the network does not have, and widths that are not its own', async () => {
    const network = inline(await writeNetwork(weightsOf(1, [4])))
    const batch = { embeddings: new Float32Array(E), features: new Float32Array(F), batchSize: 1 }
    for (const wrong of [
      { ...batch, llms: Int32Array.of(M) },
      { ...batch, llms: Int32Array.of(0), features: new Float32Array(F + 1) },
      { ...batch, llms: Int32Array.of(0), embeddings: new Float32Array(E + 1) },
    ]) {
      expect(await rejection(network.score(wrong))).to.be.instanceOf(RangeError)
    }
  })

  it('stops when nobody waits any more', async () => {
    const network = inline(await writeNetwork(weightsOf(1, [4])))
    const P = 200_000
    const controller = new AbortController()
    const scores = network.score(
      {
        embeddings: new Float32Array(P * E),
        features: new Float32Array(P * F),
        llms: Int32Array.of(0, 1),
        batchSize: 1,
      },
      controller.signal,
    )
    controller.abort(new Error('gone'))
    expect(await rejection(scores)).to.have.property('message', 'gone')
  })
})

describe('readGatedNetwork', () => {
  before(() => startBackend(['cpu']))

  const tower = {
    llmVectors: { rows: M, columns: 1, data: new Float32Array(M) },
    layers: [
      {
        kernel: { rows: E + F + 1, columns: 1, data: new Float32Array(E + F + 1) },
        bias: new Float32Array(1),
      },
    ],
  }
  const others: [string, DenseNetworkWeights][] = [
    ['a tower', { ...weightsOf(1, []), towers: [tower] }],
    ['a tower beside a gated branch', { ...weightsOf(1, [4]), towers: [tower] }],
    ['a number per LLM', { ...weightsOf(1, [4]), llmBias: new Float32Array(M) }],
    ['margins', { ...weightsOf(1, [4]), output: 'tanh' }],
  ]
  for (const [what, weights] of others) {
    it(`leaves ${what} to TensorFlow.js`, async () => {
      expect(readGatedNetwork(await writeNetwork(weights))).to.equal(undefined)
    })
  }

  it('leaves a topology that it does not know to TensorFlow.js', async () => {
    const files = await writeNetwork(weightsOf(1, [4]))
    const text = Buffer.from(files.get('model.json') ?? []).toString()
    for (const [from, to] of [
      ['"softmax"', '"sigmoid"'],
      ['"normalize": false', '"normalize": true'],
      ['"layers"', '"nodes"'],
      ['"Concatenate"', '"Average"'],
    ] as const) {
      expect(text).to.contain(from)
      const changed = new Map([...files, ['model.json', Buffer.from(text.replace(from, to))]])
      expect(readGatedNetwork(changed), to).to.equal(undefined)
    }
  })

  it('counts multiplications', async () => {
    const network = readGatedNetwork(await writeNetwork(weightsOf(1, [4, 5])))
    if (network === undefined) throw new Error('expected a gated network')
    expect(multiplications(network, 3, 2)).to.equal(3 * (4 + 5) * (E + F + 2))
  })
})
