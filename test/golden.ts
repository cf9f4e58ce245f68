import { readFileSync } from 'node:fs'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'

import { z } from 'zod'

import type { HeadScaler } from '../src/card.js'
import { repositoryRoot, sharedPath } from './shared.js'

/**
 * What the original answers: prompts with their token ids, embedding, features and scores, made by running it.
 *
 * test/fixtures/golden-edge.jsonl holds 95 of the hand-made ones: of every tag a few, spread over its rows, more where a
 * tag stands for many cases (control characters, special tokens, Chinese, the rules of the features), all of the lengths
 * around a truncation, and of the very long ones the shortest. Of the scores it keeps the dense networks.
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

/** The scaler of the checkpoint golden-head. No prompt of its training data had a conversation before it. */
export const GOLDEN_HEAD_SCALER: HeadScaler = {
  mean: [
    5.5120415687561035,
    3.7875399589538574,
    1.606718897819519,
    0.267404705286026,
    1.524930477142334,
    -5.445910930633545,
    -4.608443737030029,
    -4.7391743659973145,
    -8.375971794128418,
    -8.106062889099121,
    -7.748899936676025,
    -7.9364094734191895,
    -7.8800554275512695,
    -7.946126461029053,
    -7.538887023925781,
    -8.873923301696777,
    -8.779950141906738,
    -8.182234764099121,
    -7.80588436126709,
    -7.816368579864502,
    -6.01233434677124,
    -6.221724033355713,
    -5.754979610443115,
    -6.471624374389648,
    null,
    null,
  ],
  scale: [
    1.0627009868621826,
    1.0356850624084473,
    1.3237470388412476,
    0.1641674041748047,
    0.21597787737846375,
    0.931643009185791,
    1.199263334274292,
    1.0669065713882446,
    0.8700534701347351,
    1.090037226676941,
    1.148688554763794,
    0.9235392808914185,
    0.9996551871299744,
    0.9480506181716919,
    1.0294129848480225,
    0.18554911017417908,
    0.33030009269714355,
    1.0796308517456055,
    1.16996002197265625,
    0.9598025679588318,
    0.9178773760795593,
    0.9182416796684265,
    1.0367600917816162,
    0.9520304799079895,
    null,
    null,
  ],
}

export function edgeRows(): GoldenRow[] {
  return parseRows(readFileSync(path.join(repositoryRoot, 'test/fixtures/golden-edge.jsonl'), 'utf8'))
}

/** The complete set, where it lies beside the repository. */
export function sharedGolden(): GoldenRow[] | undefined {
  const file = sharedPath('golden', 'prompts.jsonl.gz')
  return file === undefined ? undefined : parseRows(gunzipSync(readFileSync(file)).toString('utf8'))
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
