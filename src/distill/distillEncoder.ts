import { readFile } from 'node:fs/promises'
import path from 'node:path'

import { readTokenVectors } from '../encoder/tokenVectors.js'
import { openRowSums } from '../encoder/static/rowSums.js'
import { weightedMean } from '../encoder/static/weightedMean.js'
import { TokenCounter } from '../encoder/static/tokenCounts.js'
import { writeStaticEncoder } from '../encoder/static/writeStaticEncoder.js'
import type { MatrixFormat } from '../encoder/static/writeStaticEncoder.js'
import { LLimitError } from '../errors.js'
import { rowOf } from '../numeric/matrix.js'
import type { Matrix } from '../numeric/matrix.js'
import { dot } from '../numeric/vector.js'
import { openPieces } from '../tokenizer/tokenizer.js'
import { REFERENCE_PROMPTS } from '../savedModel/referencePrompts.js'
import { distillRows } from './distill.js'
import type { DistillSettings } from './distill.js'

/** Tokens of a prompt that the distillation counts; what serves reads all. */
const MAX_TRAINING_TOKENS = 4096

/** Prompts with the teacher's vectors of them, row for row. */
export interface TaughtPrompts {
  prompts: readonly string[]
  /** [P, E] */
  vectors: Matrix
}

export interface DistillRequest {
  teacher: { name: string; directory: string; sha256: string }
  training: TaughtPrompts
  settings: DistillSettings
  onProgress?: (done: number, total: number) => void
}

/** A static encoder before it is written. */
export interface DistilledEncoder {
  /** [V, E] rows that include the weights of tokens. */
  rows: Matrix
  /** Text of the teacher's tokenizer.json. */
  tokenizer: string
  /** Token ids of the reference prompts that have tokens. */
  reference: number[][]
  /** @returns [P, E] the vectors that the rows, in float32, give to prompts. */
  encode: (prompts: readonly string[]) => Matrix
}

/** What a distilled encoder computes of the counts of tokens. */
const DISTILLED_CONFIG = { count_damping: 'sqrt', normalize: true, max_tokens: null } as const

/**
 * Distils a static encoder from a teacher with a WordPiece tokenizer and a vector for each of its tokens.
 * @throws LLimitError MODEL_BROKEN for a teacher without these; INVALID_FILE without a prompt that has tokens.
 */
export async function distillEncoder(request: DistillRequest): Promise<DistilledEncoder> {
  const { teacher, training, settings, onProgress } = request
  const { tokenizerDirectory, vectors: tokenVectors } = await readTokenVectors(teacher.directory)
  const { pieces } = await openPieces(tokenizerDirectory)
  const ids = training.prompts.map((prompt) => pieces(prompt).slice(0, MAX_TRAINING_TOKENS))
  if (!ids.some(({ length }) => length > 0)) {
    throw new LLimitError('INVALID_FILE', 'expected prompts with tokens to distil from, got none')
  }
  const targets = unitRows(training.vectors)
  const rows = await distillRows({ prompts: ids, targets, tokenVectors }, settings, onProgress)
  const counter = new TokenCounter(rows.rows)
  const sums = openRowSums({ type: 'float32', ...rows })
  const encode = (prompts: readonly string[]): Matrix => {
    const data = new Float32Array(prompts.length * rows.columns)
    prompts.forEach((prompt, p) => {
      data.set(weightedMean(sums, counter.count(pieces(prompt)), DISTILLED_CONFIG), p * rows.columns)
    })
    return { rows: prompts.length, columns: rows.columns, data }
  }
  const tokenizer = await readFile(path.join(tokenizerDirectory, 'tokenizer.json'), 'utf8')
  const reference = REFERENCE_PROMPTS.map((prompt) => pieces(prompt)).filter(({ length }) => length > 0)
  return { rows, tokenizer, reference, encode }
}

/**
 * Writes a distilled encoder with what it was made from.
 * @throws LLimitError CONFLICT if the directory exists.
 */
export function writeDistilled(
  directory: string,
  { rows, tokenizer, reference }: DistilledEncoder,
  { teacher, training, settings }: DistillRequest,
  format: MatrixFormat,
): Promise<void> {
  const distilled = {
    teacher: teacher.name,
    teacher_sha256: teacher.sha256,
    prompts: training.prompts.length,
    max_training_tokens: MAX_TRAINING_TOKENS,
    ...settings,
  }
  return writeStaticEncoder(directory, {
    config: { ...DISTILLED_CONFIG, distilled },
    rows,
    format,
    tokenizer,
    reference,
  })
}

/** Mean cosine of the rows of two matrices; rows of zeros count as 0. */
export function meanCosine(a: Matrix, b: Matrix): number {
  let sum = 0
  for (let row = 0; row < a.rows; row++) {
    const [left, right] = [rowOf(a, row), rowOf(b, row)]
    const lengths = Math.hypot(...left) * Math.hypot(...right)
    sum += lengths === 0 ? 0 : dot(left, right) / lengths
  }
  return sum / a.rows
}

function unitRows(matrix: Matrix): Matrix {
  const data = matrix.data.slice()
  const unit = { ...matrix, data }
  for (let row = 0; row < matrix.rows; row++) {
    const values = rowOf(unit, row)
    const length = Math.hypot(...values)
    if (length > 0) values.forEach((value, e) => (values[e] = value / length))
  }
  return unit
}
