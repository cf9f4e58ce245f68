import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'

import { LLimitError } from '../../errors.js'
import { makeFolder } from '../../makeFolder.js'
import type { Matrix } from '../../numeric/matrix.js'
import { bytesOf, writeRawTensors } from '../../tensor/writeSafetensors.js'
import type { RawTensor } from '../../tensor/writeSafetensors.js'
import { staticConfigSchema } from './staticSpec.js'
import type { StaticConfig } from './staticSpec.js'
import { REFERENCE_FILE } from '../reference.js'
import { plainSums } from './rowSums.js'
import { TokenCounter } from './tokenCounts.js'
import { MATRIX, quantizeRows, readTokenMatrix, SCALES } from './tokenMatrix.js'
import type { TokenMatrix } from './tokenMatrix.js'
import { weightedMean } from './weightedMean.js'

/** Number format of the matrix on disk; 8 bits lose nothing that can be measured. */
export const MATRIX_FORMATS = ['int8', 'fp16', 'fp32'] as const
export type MatrixFormat = (typeof MATRIX_FORMATS)[number]

interface StaticEncoderContents {
  config: Omit<StaticConfig, 'model_type' | 'format_version' | 'dimension' | 'vocab_size' | 'token_weights'>
  /** [V, E] rows that include the weights of tokens. */
  rows: Matrix
  format: MatrixFormat
  /** Text of the tokenizer.json that gives the ids. */
  tokenizer: string
  /** Token ids of a few prompts, none of them empty: whoever opens the encoder tests it on them. */
  reference: readonly (readonly number[])[]
}

/**
 * Writes the directory of a static encoder: config.json, model.safetensors and tokenizer.json.
 * @throws LLimitError CONFLICT if the directory exists.
 */
export async function writeStaticEncoder(directory: string, contents: StaticEncoderContents): Promise<void> {
  const { config, rows, format, tokenizer, reference } = contents
  const whole: StaticConfig = staticConfigSchema.parse({
    model_type: 'static',
    format_version: 1,
    dimension: rows.columns,
    vocab_size: rows.rows,
    token_weights: 'in_rows',
    ...config,
  })
  await makeFolder(path.dirname(directory))
  await mkdir(directory).catch((cause: unknown) => {
    throw new LLimitError('CONFLICT', `${directory} cannot be made; choose another name or remove it`, {
      cause,
    })
  })
  const tensors = writeRawTensors(tensorsOf(rows, format))
  const files: [string, string | Uint8Array][] = [
    ['config.json', `${JSON.stringify(whole, undefined, 2)}\n`],
    ['model.safetensors', tensors],
    [REFERENCE_FILE, referenceText(readTokenMatrix(tensors), config, reference)],
    ['tokenizer.json', withoutTruncation(tokenizer)],
  ]
  for (const [name, data] of files) await writeFile(path.join(directory, name), data)
}

/** What the written matrix gives, in float64 and plain loops, which is not how it is served. */
function referenceText(
  matrix: TokenMatrix,
  config: StaticEncoderContents['config'],
  reference: StaticEncoderContents['reference'],
): string {
  const sums = plainSums(matrix)
  const counter = new TokenCounter(matrix.rows)
  const rows = reference.map((ids) => {
    const vector = weightedMean(sums, counter.count(ids, config.max_tokens ?? Infinity), config)
    return { ids, vector_f32le_base64: Buffer.from(bytesOf(vector)).toString('base64') }
  })
  return `[\n${rows.map((row) => JSON.stringify(row)).join(',\n')}\n]\n`
}

function tensorsOf(matrix: Matrix, format: MatrixFormat): Map<string, RawTensor> {
  const { rows, columns, data } = matrix
  const shape = [rows, columns]
  if (format === 'fp32') return new Map([[MATRIX, { dtype: 'F32', shape, bytes: bytesOf(data) }]])
  if (format === 'fp16') return new Map([[MATRIX, { dtype: 'F16', shape, bytes: float16Bytes(data) }]])
  const quantized = quantizeRows(data, rows, columns)
  // The scales first: their bytes then begin where a float32 may.
  return new Map([
    [SCALES, { dtype: 'F32', shape: [rows], bytes: bytesOf(quantized.scales) }],
    [MATRIX, { dtype: 'I8', shape, bytes: bytesOf(quantized.data) }],
  ])
}

/** A tokenizer.json may hold a truncation and a padding of its publisher's training, which other software would obey. */
function withoutTruncation(tokenizer: string): string {
  const json = JSON.parse(tokenizer) as object
  return JSON.stringify({ ...json, truncation: null, padding: null })
}

/** IEEE 754 binary16, rounded to nearest, ties to even; what is too large becomes infinite. */
function float16Bytes(values: Float32Array): Uint8Array {
  const bits = new DataView(new ArrayBuffer(values.length * 2))
  values.forEach((value, i) => bits.setUint16(i * 2, float16Bits(value), true))
  return new Uint8Array(bits.buffer)
}

function float16Bits(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0
  const magnitude = Math.abs(value)
  if (magnitude >= 65520) return sign | 0x7c00
  // Below the smallest normal number the step stays 2^-24.
  const exponent = Math.max(-14, Math.floor(Math.log2(magnitude)))
  const step = 2 ** (exponent - 10)
  const steps = roundToEven(magnitude / step)
  // Steps count on from the exponent: 2048 of them are the next power of two, and less than 1024 a subnormal number.
  return sign | (steps < 1024 ? steps : ((exponent + 15) << 10) + (steps - 1024))
}

function roundToEven(value: number): number {
  const floor = Math.floor(value)
  const rest = value - floor
  if (rest !== 0.5) return Math.round(value)
  return floor % 2 === 0 ? floor : floor + 1
}
