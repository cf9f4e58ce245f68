import { z } from 'zod'

import { LLimitError, messageOf, quote } from '../errors.js'
import { checkJson } from '../jsonFile.js'
import { describeValue } from '../validation.js'
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

const natural = z.int().nonnegative()
const entrySchema = z.strictObject({
  dtype: z.string(),
  shape: z.array(natural),
  data_offsets: z.tuple([natural, natural]),
})

// In all that follows `file` is the file as messages call it.

/** @throws LLimitError MODEL_BROKEN if the file has no room for a header of this length. */
export function checkHeaderLength(file: string, length: bigint, fileBytes: number): number {
  const max = Math.min(MAX_HEADER_BYTES, fileBytes - LENGTH_BYTES)
  if (length > max) throw broken(file, `expected a header of at most ${max} bytes, got ${length}`)
  return Number(length)
}

/** @throws LLimitError MODEL_BROKEN, naming the tensor that holds no floating-point numbers. */
export function floatTypeOf(file: string, name: string, dtype: string): FloatType {
  const type = FLOAT_TYPES.get(dtype)
  if (type !== undefined) return type
  throw broken(file, `tensor ${quote(name)}: expected ${[...FLOAT_TYPES.keys()].join(', ')}, got ${dtype}`)
}

/**
 * Tensors by name, in the order of the header. The format allows neither overlaps nor gaps between tensors, which also
 * catches a name that occurs twice, as JSON.parse keeps only the last one.
 * @param headerBytes length of `header` in the file; the tensors follow it to the end of the file
 * @throws LLimitError MODEL_BROKEN, naming the tensor
 */
export function parseSafetensorsHeader(
  file: string,
  header: string,
  headerBytes: number,
  fileBytes: number,
): ReadonlyMap<string, TensorEntry> {
  const dataStart = LENGTH_BYTES + headerBytes
  const entries = new Map<string, TensorEntry>()
  for (const [name, description] of Object.entries(parseObject(file, header))) {
    if (name !== '__metadata__') entries.set(name, parseEntry(file, name, description, dataStart))
  }
  checkCoverage(file, entries, dataStart, fileBytes)
  return entries
}

/** Not through a schema: it would drop a tensor that is called `__proto__`. */
function parseObject(file: string, header: string): object {
  let parsed: unknown
  try {
    parsed = JSON.parse(header)
  } catch (error) {
    throw broken(file, `expected a header in JSON: ${messageOf(error)}`)
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw broken(file, `expected a JSON object as its header, got ${describeValue(parsed)}`)
  }
  return parsed
}

function parseEntry(file: string, name: string, description: unknown, dataStart: number): TensorEntry {
  const tensor = `tensor ${quote(name)}`
  const origin = { name: `${file}: ${tensor}`, code: 'MODEL_BROKEN' } as const
  const { dtype, shape, data_offsets: offsets } = checkJson(description, entrySchema, origin)
  const width = DTYPE_BYTES.get(dtype)
  if (width === undefined) {
    throw broken(file, `${tensor}: expected ${[...DTYPE_BYTES.keys()].join(', ')}, got ${quote(dtype)}`)
  }
  const byteLength = offsets[1] - offsets[0]
  const expected = shape.reduce((product, size) => product * size, width)
  if (byteLength !== expected) {
    const what = `${expected} bytes for the shape [${shape.join(', ')}] in ${dtype}`
    throw broken(file, `${tensor}: expected ${what}, got the offsets [${offsets.join(', ')}]`)
  }
  return { dtype, shape, byteOffset: dataStart + offsets[0], byteLength }
}

function checkCoverage(
  file: string,
  entries: ReadonlyMap<string, TensorEntry>,
  dataStart: number,
  fileBytes: number,
): void {
  const byOffset = [...entries].sort(
    ([, a], [, b]) => a.byteOffset - b.byteOffset || a.byteLength - b.byteLength,
  )
  let end = dataStart
  for (const [name, { byteOffset, byteLength }] of byOffset) {
    if (byteOffset < end) throw broken(file, `tensor ${quote(name)} overlaps the tensor before it`)
    if (byteOffset > end) {
      throw broken(file, `${byteOffset - end} bytes before tensor ${quote(name)} belong to no tensor`)
    }
    end = byteOffset + byteLength
  }
  if (end !== fileBytes) {
    throw broken(file, `expected ${end} bytes, of which the last tensor is the end, got ${fileBytes}`)
  }
}

/** An error about the contents of a safetensors file. */
export function broken(file: string, fault: string): LLimitError {
  return new LLimitError('MODEL_BROKEN', `${file}: ${fault}`)
}
