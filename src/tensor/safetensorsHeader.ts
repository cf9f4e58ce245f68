import { z } from 'zod'

import { LLimitError, messageOf } from '../errors.js'
import type { FloatType } from './floats.js'

/** What the header says of one tensor. Offsets count from the start of the file. */
export interface TensorEntry {
  /** As the file names it: `F32`, `BF16`, `I64`… */
  dtype: string
  shape: readonly number[]
  byteOffset: number
  byteLength: number
}

/** The header's length stands in front of it, as 8 bytes. */
export const LENGTH_BYTES = 8

/** The bound that the format itself sets. */
const MAX_HEADER_BYTES = 100_000_000

const FLOAT_TYPES: ReadonlyMap<string, FloatType> = new Map([
  ['F64', 'float64'],
  ['F32', 'float32'],
  ['F16', 'float16'],
  ['BF16', 'bfloat16'],
])

const DTYPE_BYTES: ReadonlyMap<string, number> = new Map([
  ['F64', 8],
  ['F32', 4],
  ['F16', 2],
  ['BF16', 2],
  ['F8_E4M3', 1],
  ['F8_E5M2', 1],
  ['I64', 8],
  ['I32', 4],
  ['I16', 2],
  ['I8', 1],
  ['U64', 8],
  ['U32', 4],
  ['U16', 2],
  ['U8', 1],
  ['BOOL', 1],
])

const wholeNumber = z.int().nonnegative()
const entrySchema = z.strictObject({
  dtype: z.string(),
  shape: z.array(wholeNumber),
  data_offsets: z.tuple([wholeNumber, wholeNumber]),
})

/** @throws LLimitError MODEL_BROKEN where a header of this length does not fit into the file. */
export function checkHeaderLength(length: bigint, fileBytes: number): number {
  const largest = Math.min(MAX_HEADER_BYTES, fileBytes - LENGTH_BYTES)
  if (length > largest) throw broken(`it declares a header of ${length} bytes, at most ${largest} can be`)
  return Number(length)
}

/** @throws LLimitError MODEL_BROKEN, naming the tensor that holds no floating-point numbers. */
export function floatTypeOf(name: string, dtype: string): FloatType {
  const type = FLOAT_TYPES.get(dtype)
  if (type === undefined) throw broken(`tensor "${name}" is ${dtype}, not a floating-point type`)
  return type
}

/**
 * Tensors by name, in the order of the header. The format allows neither overlaps nor gaps between tensors, which also
 * catches a name that stands twice, as JSON.parse keeps only the last one.
 * @param headerBytes length of `header` in the file; the tensors follow it to the end of the file
 * @throws LLimitError MODEL_BROKEN, naming the tensor
 */
export function parseSafetensorsHeader(
  header: string,
  headerBytes: number,
  fileBytes: number,
): ReadonlyMap<string, TensorEntry> {
  const dataStart = LENGTH_BYTES + headerBytes
  const entries = new Map<string, TensorEntry>()
  for (const [name, description] of Object.entries(parseObject(header))) {
    if (name !== '__metadata__') entries.set(name, parseEntry(name, description, dataStart))
  }
  checkCoverage(entries, dataStart, fileBytes)
  return entries
}

function parseObject(header: string): object {
  let parsed: unknown
  try {
    parsed = JSON.parse(header)
  } catch (error) {
    throw broken(`the header is not JSON: ${messageOf(error)}`)
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw broken('the header is not a JSON object')
  }
  return parsed
}

function parseEntry(name: string, description: unknown, dataStart: number): TensorEntry {
  const parsed = entrySchema.safeParse(description)
  if (!parsed.success) {
    const fault = parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`).join('; ')
    throw broken(`the header's entry for tensor "${name}" is malformed: ${fault}`)
  }
  const { dtype, shape, data_offsets: offsets } = parsed.data
  const width = DTYPE_BYTES.get(dtype)
  if (width === undefined) throw broken(`tensor "${name}" has the unknown dtype ${dtype}`)
  const byteLength = offsets[1] - offsets[0]
  const expected = shape.reduce((product, size) => product * size, width)
  if (byteLength !== expected) {
    const range = `[${offsets.join(', ')}]`
    throw broken(
      `tensor "${name}" of shape [${shape.join(', ')}] in ${dtype} takes ${expected} bytes, its offsets are ${range}`,
    )
  }
  return { dtype, shape, byteOffset: dataStart + offsets[0], byteLength }
}

function checkCoverage(
  entries: ReadonlyMap<string, TensorEntry>,
  dataStart: number,
  fileBytes: number,
): void {
  const byOffset = [...entries].sort(
    ([, a], [, b]) => a.byteOffset - b.byteOffset || a.byteLength - b.byteLength,
  )
  let end = dataStart
  for (const [name, { byteOffset, byteLength }] of byOffset) {
    if (byteOffset < end) throw broken(`tensor "${name}" overlaps the tensor before it`)
    if (byteOffset > end) {
      throw broken(`${byteOffset - end} bytes before tensor "${name}" belong to no tensor`)
    }
    end = byteOffset + byteLength
  }
  if (end > fileBytes) throw broken(`the tensors end at byte ${end}, the file at byte ${fileBytes}`)
  if (end < fileBytes) throw broken(`${fileBytes - end} bytes after the last tensor belong to no tensor`)
}

/** An error about the contents of a safetensors file. */
export function broken(fault: string): LLimitError {
  return new LLimitError('MODEL_BROKEN', `not a usable safetensors file: ${fault}`)
}
