import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'

import { expect } from 'chai'

import { LLimitError } from '../../src/errors.js'
import type { NetworkSource } from '../../src/scorer/files.js'
import { loadInline } from '../../src/scorer/loadInline.js'
import type { DenseNetworkWeights } from '../../src/scorer/networkWeights.js'
import type { LoadedNetwork } from '../../src/scorer/scorer.js'
import { writeNetwork } from '../../src/scorer/writeNetwork.js'
import { startBackend } from '../../src/tensor/backend.js'
import { rejection } from '../rejection.js'

const matrix = (rows: number, columns: number) => ({
  rows,
  columns,
  data: Float32Array.from({ length: rows * columns }, (_, i) => Math.sin(i)),
})
const GATED: DenseNetworkWeights = {
  embedding: 3,
  features: 2,
  activation: { type: 'relu' },
  towers: [],
  gatedBranches: [{ gateKernel: matrix(5, 4), gateBias: new Float32Array(4), classScores: matrix(6, 4) }],
  output: 'logit',
}

/** What one prompt and one LLM take: 4 classes times 5 inputs and 1 LLM. */
const ONE_PAIR = 4 * (5 + 1)

describe('loadInline', () => {
  let directory: string
  /** Batches that the thread scored, and how often it loaded and disposed of a network. */
  let seen: { prompts: number[]; loads: number; disposals: number }

  before(() => startBackend(['cpu']))
  beforeEach(async () => {
    directory = await mkdtemp(path.join(os.tmpdir(), 'llimit-inline-'))
    seen = { prompts: [], loads: 0, disposals: 0 }
  })
  afterEach(() => rm(directory, { recursive: true }))

  async function sourceOf(weights: DenseNetworkWeights): Promise<NetworkSource> {
    const files = await writeNetwork(weights)
    for (const [name, bytes] of files) await writeFile(path.join(directory, name), bytes)
    const sums = [...files].map(
      ([name, bytes]) => [name, createHash('sha256').update(bytes).digest('hex')] as const,
    )
    return { directory, files: Object.fromEntries(sums), calibration: undefined }
  }

  const thread = {
    load: (): Promise<LoadedNetwork> => {
      seen.loads++
      return Promise.resolve({
        shape: { embedding: 3, features: 2, llms: 6 },
        score: (batch) => {
          seen.prompts.push(batch.embeddings.length / 3)
          return Promise.resolve(new Float32Array((batch.embeddings.length / 3) * batch.llms.length))
        },
        problem: () => undefined,
        dispose: () => {
          seen.disposals++
          return Promise.resolve()
        },
      })
    },
  }
  const batch = (P: number) => ({
    embeddings: new Float32Array(P * 3).fill(0.5),
    features: new Float32Array(P * 2).fill(1),
    llms: Int32Array.of(2),
    batchSize: 128,
  })

  it('scores here what is small, and gives the thread what is large', async () => {
    const network = await loadInline(await sourceOf(GATED), thread, 2 * ONE_PAIR)
    expect(network.shape).to.deep.equal({ embedding: 3, features: 2, llms: 6 })
    for (const P of [1, 2]) expect((await network.score(batch(P)))[0]).not.to.equal(0)
    expect(seen).to.deep.equal({ prompts: [], loads: 0, disposals: 0 })
    for (const P of [3, 4]) await network.score(batch(P))
    await network.dispose()
    expect(seen).to.deep.equal({ prompts: [3, 4], loads: 1, disposals: 1 })
  })

  it('scores here what is large as well where the thread cannot load it any more', async () => {
    const failing = { load: () => Promise.reject(new LLimitError('MODEL_BROKEN', 'replaced')) }
    const network = await loadInline(await sourceOf(GATED), failing, 0)
    const scores = await network.score(batch(3))
    expect(scores.every((score) => score !== 0)).to.equal(true)
    await network.dispose()
  })

  it('leaves a network of another form to the thread', async () => {
    const network = await loadInline(await sourceOf({ ...GATED, output: 'tanh' }), thread)
    await network.score(batch(1))
    expect(seen).to.deep.equal({ prompts: [1], loads: 1, disposals: 0 })
  })

  it('holds the files to their checksums', async () => {
    const source = await sourceOf(GATED)
    await writeFile(path.join(directory, 'weights.bin'), 'x')
    const error = await rejection(loadInline(source, thread))
    expect(error).to.be.instanceOf(LLimitError).and.include({ code: 'MODEL_BROKEN' })
  })
})
