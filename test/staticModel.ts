import { createHash } from 'node:crypto'
import { cp, mkdir, readFile } from 'node:fs/promises'
import path from 'node:path'

import { createRandom } from '../src/numeric/random.js'
import { writeSavedModel } from '../src/savedModel/writeSavedModel.js'
import type { DenseNetworkWeights } from '../src/scorer/networkWeights.js'
import { writeNetwork } from '../src/scorer/writeNetwork.js'
import { startBackend } from '../src/tensor/backend.js'
import { writeTinyStatic } from './encoder/static/tinyStatic.js'

export const STATIC_LLMS = ['a', 'b', 'c']

/** Widths of the tiny encoder and of the features of version 1. */
const [E, F, K] = [8, 45, 5]

/** A gated network of three LLMs with weights that depend on `seed` only. */
export function staticWeights(seed = 7): DenseNetworkWeights {
  const random = createRandom(seed)
  const matrix = (rows: number, columns: number, scale: number) => ({
    rows,
    columns,
    data: Float32Array.from({ length: rows * columns }, () => scale * (random() - 0.5)),
  })
  const branch = () => ({
    gateKernel: matrix(E + F, K, 0.01),
    gateBias: matrix(1, K, 1).data,
    classScores: matrix(STATIC_LLMS.length, K, 6),
  })
  return {
    embedding: E,
    features: F,
    activation: { type: 'relu' },
    towers: [],
    gatedBranches: [branch(), branch()],
    output: 'logit',
  }
}

/** Writes a folder of saved models with a static encoder and `dense_network/tiny`, or another, that needs nothing else. */
export async function writeStaticModel(
  root: string,
  { name = 'tiny', seed = 7, llms = STATIC_LLMS } = {},
): Promise<void> {
  const directory = await writeTinyStatic()
  await mkdir(path.join(root, 'encoders'), { recursive: true })
  await cp(directory, path.join(root, 'encoders', 'tiny-static'), { recursive: true })
  const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
  const weights = await readFile(path.join(directory, 'model.safetensors'))
  await startBackend(['cpu'])
  await writeSavedModel(
    { root, name },
    {
      format_version: 1,
      type: 'dense_network',
      encoder: { name: 'tiny-static', dimension: E, sha256: sha256(weights) },
      features: { version: 'v1' },
      llms,
      network: { hidden: [], llm_embedding_dimension: K, activation: { type: 'relu' }, kinds: K },
      output: 'probability',
      origin: { source: 'test', sha256: sha256(Buffer.from('test')), description: 'random weights' },
      reference: { prompts: ['x'], llms: llms.slice(0, 1), scores: [[0.5]], tolerance: 1 },
    },
    await writeNetwork(staticWeights(seed)),
    'reject',
  )
}
