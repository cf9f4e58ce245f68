import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'

import { EVIDENCE_FILE } from '../../src/card.js'
import type { Matrix } from '../../src/numeric/matrix.js'
import { writeSavedModel } from '../../src/savedModel/writeSavedModel.js'
import { writeNetwork } from '../../src/scorer/writeNetwork.js'
import { startBackend } from '../../src/tensor/backend.js'
import { writeSafetensors } from '../../src/tensor/writeSafetensors.js'
import { CACHE, ROOT } from '../paths.js'
import { randomFrom } from '../prompts/prompts.js'
import { MODEL_NAME } from './savedModel.js'
import { llmNames, MAX_LLMS } from './systemUnderTest.js'

/** Folder of the saved model on the static encoder, within the cache of the benchmark. */
export const STATIC_MODELS = 'static_models'

const ENCODER = 'static-minilm-384'
const EMBEDDING = 384
const FEATURES = 44

/** What the default recipe makes of the outcomes that the shipped models are trained on: two members of 260 classes each. */
const MEMBERS = 2
const CLASSES = 260
const REGIONS = 320

/** Writes the saved model of the variant `static`: the shipped static encoder, and a gated mixture of random weights. */
export async function writeStaticBenchModel(): Promise<void> {
  await startBackend(['cpu'])
  const random = randomFrom('static weights')
  const matrix = (rows: number, columns: number, scale: number) => ({
    rows,
    columns,
    data: Float32Array.from({ length: rows * columns }, () => scale * (2 * random() - 1)),
  })
  const branch = () => ({
    gateKernel: matrix(EMBEDDING + FEATURES, CLASSES, 1),
    gateBias: matrix(1, CLASSES, 1).data,
    classScores: matrix(MAX_LLMS, CLASSES, 2),
  })
  const files = await writeNetwork({
    embedding: EMBEDDING,
    features: FEATURES,
    activation: { type: 'relu' },
    towers: [],
    gatedBranches: Array.from({ length: MEMBERS }, branch),
    output: 'logit',
  })
  const evidence = new Map([
    ['centroids', tensorOf(matrix(REGIONS, EMBEDDING, 1 / Math.sqrt(EMBEDDING)))],
    ['outcomes', tensorOf(matrix(MAX_LLMS, REGIONS, 0))],
  ])
  const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
  const weights = await readFile(path.join(ROOT, 'saved_models/encoders', ENCODER, 'model.safetensors'))
  await writeSavedModel(
    { root: path.join(CACHE, STATIC_MODELS), name: path.basename(MODEL_NAME) },
    {
      format_version: 1,
      type: 'dense_network',
      encoder: { name: ENCODER, dimension: EMBEDDING, sha256: sha256(weights) },
      features: {
        version: 'v2',
        scaler: { mean: Array<number>(26).fill(0), scale: Array<number>(26).fill(1) },
      },
      llms: llmNames(MAX_LLMS),
      network: { hidden: [], llm_embedding_dimension: CLASSES, activation: { type: 'relu' }, kinds: CLASSES },
      output: 'probability',
      calibration: { type: 'platt', slope: 1, intercept: 0 },
      evidence: {
        regions: REGIONS,
        outcomes: llmNames(MAX_LLMS).map(() => 0),
        familiarity: [-1, 1],
        level: { least: 0.6, full: 0.25 },
        interval: { level: 0.9, base: 0.24, sparse: 0.49, unfamiliar: 0.91 },
      },
      origin: { source: 'random', sha256: sha256(Buffer.from('random')), description: 'random weights' },
      reference: { prompts: ['x'], llms: llmNames(1), scores: [[0.5]], tolerance: 1 },
    },
    new Map([...files, [EVIDENCE_FILE, writeSafetensors(evidence)]]),
    'replace',
  )
}

function tensorOf({ rows, columns, data }: Matrix): { shape: number[]; data: Float32Array } {
  return { shape: [rows, columns], data }
}
