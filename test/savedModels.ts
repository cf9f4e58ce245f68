import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'

import { startBackend } from '../src/tensor/backend.js'
import { EVIDENCE_FILE } from '../src/card.js'
import type { Card } from '../src/card.js'
import { toLayersModel } from '../src/convert/layersModel.js'
import type { NetworkWeights } from '../src/convert/layersModel.js'
import { writeSavedModel as writeWhole } from '../src/savedModel/writeSavedModel.js'
import type { OnConflict } from '../src/savedModel/destination.js'
import type { CardContents } from '../src/savedModel/writeSavedModel.js'
import { writeSafetensors } from '../src/tensor/writeSafetensors.js'
import { repositoryRoot } from './repository.js'

export const ENCODER = 'all-MiniLM-L6-v2'
export const ENCODER_DIRECTORY = path.join(repositoryRoot, 'saved_models/encoders', ENCODER)
const ENCODER_SHA256 = '53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db'

/** A folder of saved models with the shipped encoder and nothing else; removed by `remove`. */
export async function makeSavedModels(): Promise<{ root: string; remove: () => Promise<void> }> {
  const root = await mkdtemp(path.join(os.tmpdir(), 'llimit-test-'))
  await symlink(path.join(repositoryRoot, 'saved_models/encoders'), path.join(root, 'encoders'))
  return { root, remove: () => rm(root, { recursive: true, force: true }) }
}

/** A small dense network with weights that depend on `seed` only. */
export function tinyWeights(seed: number, llms: number): NetworkWeights {
  const next = randomNumbers(seed)
  const values = (length: number, scale: number) =>
    Float32Array.from({ length }, () => scale * (next() - 0.5))
  const widths = [384 + 45 + 4, 8, 6, 1]
  const layers = widths.slice(1).map((outputs, n) => {
    const inputs = widths[n] ?? 0
    return { inputs, outputs, weight: values(inputs * outputs, 0.4), bias: values(outputs, 0.1) }
  })
  return {
    embeddingDimension: 384,
    featureCount: 45,
    llmEmbeddingDimension: 4,
    llmEmbedding: values(llms * 4, 2),
    layers,
  }
}

/** Writes a saved model with seed-era features; what `change` returns is written as its card. */
export async function writeSavedModel(
  directory: string,
  { seed, llms }: { seed: number; llms: string[] },
  change: (card: Card) => unknown = (card) => card,
): Promise<void> {
  await startBackend(['cpu'])
  const files = await toLayersModel(tinyWeights(seed, llms.length), { type: 'relu' })
  const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
  const card: Card = {
    format_version: 1,
    type: 'dense_network',
    version: 1,
    encoder: { name: ENCODER, dimension: 384, sha256: ENCODER_SHA256 },
    features: { version: 'v1' },
    llms,
    network: { hidden: [8, 6], llm_embedding_dimension: 4, activation: { type: 'relu' } },
    output: 'margin',
    files: Object.fromEntries([...files].map(([name, bytes]) => [name, sha256(bytes)])),
    origin: { source: 'test', sha256: sha256(Buffer.from(String(seed))), description: 'random weights' },
    reference: { prompts: ['x'], llms: llms.slice(0, 1), scores: [[0]], tolerance: 1 },
  }
  await mkdir(directory, { recursive: true })
  for (const [name, bytes] of files) await writeFile(path.join(directory, name), bytes)
  await writeFile(path.join(directory, 'card.json'), JSON.stringify(change(card)))
}

/** Regions of a model that `writeTrainedModel` writes. */
const REGIONS = 3

/** Centroids [R, E] of unit length and outcomes [M, R] that depend on `seed` only. */
export function tinyEvidence(seed: number, llms: number) {
  const next = randomNumbers(seed + 1000)
  const centroids = new Float32Array(REGIONS * 384)
  for (let region = 0; region < REGIONS; region++) {
    const row = Float32Array.from({ length: 384 }, () => next() - 0.5)
    const length = Math.hypot(...row)
    centroids.set(
      row.map((value) => value / length),
      region * 384,
    )
  }
  const outcomes = Float32Array.from({ length: llms * REGIONS }, (_, i) => i * 3)
  return { centroids, outcomes }
}

export const TINY_CALIBRATION = { type: 'platt', slope: 1.7, intercept: -0.4 } as const

/**
 * Writes a saved model as training does: a network that ends in a logit, a calibration, and evidence.
 * @param change what it returns is the card and the files that are written.
 */
export async function writeTrainedModel(
  place: { root: string; name: string },
  { seed, llms }: { seed: number; llms: string[] },
  onConflict: OnConflict = 'reject',
  change: (card: CardContents, files: Map<string, Uint8Array>) => CardContents = (card) => card,
): Promise<Card> {
  await startBackend(['cpu'])
  const files = new Map(await toLayersModel(tinyWeights(seed, llms.length), { type: 'relu' }))
  const topology = Buffer.from(files.get('model.json') ?? []).toString()
  files.set('model.json', Buffer.from(topology.replace('"tanh"', '"linear"')))
  const { centroids, outcomes } = tinyEvidence(seed, llms.length)
  const tensors = new Map([
    ['centroids', { shape: [REGIONS, 384], data: centroids }],
    ['outcomes', { shape: [llms.length, REGIONS], data: outcomes }],
  ])
  files.set(EVIDENCE_FILE, writeSafetensors(tensors))
  const sha256 = createHash('sha256').update(String(seed)).digest('hex')
  const contents: CardContents = {
    format_version: 1,
    type: 'dense_network',
    encoder: { name: ENCODER, dimension: 384, sha256: ENCODER_SHA256 },
    features: { version: 'v1' },
    llms,
    network: { hidden: [8, 6], llm_embedding_dimension: 4, activation: { type: 'relu' } },
    output: 'probability',
    calibration: TINY_CALIBRATION,
    evidence: {
      regions: REGIONS,
      outcomes: llms.map((_, m) => 27 * m + 9),
      familiarity: [-0.2, -0.05, 0, 0.05, 0.2],
      interval: { level: 0.9, base: 0.3, sparse: 1.5, unfamiliar: 0.8 },
    },
    origin: { source: 'test', sha256, description: 'random weights' },
    reference: { prompts: ['x'], llms: llms.slice(0, 1), scores: [[0]], tolerance: 1 },
  }
  return (await writeWhole(place, change(contents, files), files, onConflict)).card
}

/** Mulberry32, a generator of 32 bits of state: uniform in [0, 1), the same sequence for the same seed. */
function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
