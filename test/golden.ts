import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'

import { z } from 'zod'

import { CARD_FILE, cardSchema } from '../src/card.js'
import type { FeatureScaler } from '../src/card.js'
import { repositoryRoot } from './repository.js'

/**
 * What LLimit v1 answers: prompts with their token ids, embedding, features and scores.
 *
 * test/fixtures/golden-edge.jsonl holds 95 prompts made by hand: of every tag a few, more of a tag that stands for many
 * cases (control characters, special tokens, Chinese, the rules of the features), all of the lengths around a truncation,
 * and of the very long ones the shortest. scripts/fixtures computes what follows the prompt in each row.
 */

const vector = z.array(z.number())

const row = z.object({
  id: z.string(),
  kind: z.enum(['real', 'edge']),
  tag: z.string(),
  prompt: z.string(),
  /** At most 256, [CLS] and [SEP] included. */
  token_ids: z.array(z.int()),
  tokens_untruncated: z.int(),
  /** `[384]` */
  embedding_f32le_base64: z.string().transform(decodeFloat32),
  /** `[45]` */
  seed_features: vector,
  /** `[26]` */
  head_raw_numeric: vector,
  /** `[18]` */
  head_boolean: vector,
  /** `[44]` */
  head_features_golden_head_scaler: vector,
  /** Checkpoint -> one score per LLM, null for NaN. */
  scores: z.record(z.string(), z.array(z.number().nullable())),
})

export type GoldenRow = z.infer<typeof row>

/** The scaler of the checkpoint golden-head, which the shipped model llimit-reference was converted from. */
export const GOLDEN_HEAD_SCALER: FeatureScaler = readGoldenHeadScaler()

export function edgeRows(): GoldenRow[] {
  return parseRows(readFileSync(path.join(repositoryRoot, 'test/fixtures/golden-edge.jsonl'), 'utf8'))
}

/** The complete set, if it is at hand. */
export function completeGolden(): GoldenRow[] | undefined {
  const file = goldenPath('prompts.jsonl.gz')
  return file === undefined ? undefined : parseRows(gunzipSync(readFileSync(file)).toString('utf8'))
}

/**
 * A file of the complete set, which cannot be part of the repository: the environment variable LLIMIT_GOLDEN names its
 * folder. Tests read nothing else outside the repository, but for the folder `spec` beside it.
 * @returns undefined if the variable is not set
 * @throws Error if it is set and there is no such file
 */
export function goldenPath(...parts: string[]): string | undefined {
  const folder = process.env['LLIMIT_GOLDEN'] ?? ''
  if (folder === '') return undefined
  const file = path.resolve(folder, ...parts)
  if (!existsSync(file))
    throw new Error(`expected ${file}, since LLIMIT_GOLDEN is "${folder}"; it does not exist`)
  return file
}

function readGoldenHeadScaler(): FeatureScaler {
  const file = path.join(repositoryRoot, 'saved_models/dense_network/llimit-reference', CARD_FILE)
  const { features } = cardSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
  if (features.version !== 'v2')
    throw new Error(`expected a model with the later features, got ${features.version}`)
  return features.scaler
}

function parseRows(jsonLines: string): GoldenRow[] {
  // Only LF ends a line: a prompt may hold U+2028 and its like.
  return jsonLines
    .trimEnd()
    .split('\n')
    .map((line) => row.parse(JSON.parse(line)))
}

function decodeFloat32(base64: string): Float32Array {
  const bytes = Buffer.from(base64, 'base64')
  return Float32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(i * 4))
}
