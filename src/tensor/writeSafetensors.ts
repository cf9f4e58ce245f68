import { LLimitError } from '../errors.js'
import { LENGTH_BYTES } from './safetensorsHeader.js'

/** Row-major values and their shape. */
export interface FloatTensor {
  shape: readonly number[]
  data: Float32Array
}

/** Readers map the file into memory, and a double wants an address that 8 divides. */
const ALIGNMENT = 8

/** A tensor as its file will hold it. */
export interface RawTensor {
  /** `F32`, `I8`… */
  dtype: string
  shape: readonly number[]
  bytes: Uint8Array
}

/**
 * The bytes of a `.safetensors` file of float32 tensors, in the order of the map; `openSafetensors` reads them back.
 * @throws LLimitError INTERNAL, naming the tensor, if its shape does not match its data.
 */
export function writeSafetensors(tensors: ReadonlyMap<string, FloatTensor>): Uint8Array {
  const raw = new Map<string, RawTensor>()
  for (const [name, tensor] of tensors) {
    checkTensor(name, tensor)
    raw.set(name, { dtype: 'F32', shape: tensor.shape, bytes: bytesOf(tensor.data) })
  }
  return writeRawTensors(raw)
}

/** The same for tensors of any dtype, whose bytes are little-endian and of the length that the shape takes. */
export function writeRawTensors(tensors: ReadonlyMap<string, RawTensor>): Uint8Array {
  const entries: [string, object][] = []
  let end = 0
  for (const [name, { dtype, shape, bytes }] of tensors) {
    const start = end
    end += bytes.length
    entries.push([name, { dtype, shape, data_offsets: [start, end] }])
  }
  const json = Buffer.from(JSON.stringify(Object.fromEntries(entries)))
  const padding = Buffer.alloc(-(LENGTH_BYTES + json.length) & (ALIGNMENT - 1), ' ')
  const length = Buffer.alloc(LENGTH_BYTES)
  length.writeBigUInt64LE(BigInt(json.length + padding.length))
  return Buffer.concat([length, json, padding, ...Array.from(tensors.values(), ({ bytes }) => bytes)])
}

function checkTensor(name: string, { shape, data }: FloatTensor): void {
  if (name === '__metadata__')
    throw new LLimitError(
      'INTERNAL',
      `expected a name for a tensor, got "${name}", which the format reserves`,
    )
  const size = shape.reduce((product, width) => product * width, 1)
  if (size === data.length) return
  throw new LLimitError(
    'INTERNAL',
    `tensor "${name}": expected ${size} values for the shape [${shape.join(', ')}], got ${data.length}`,
  )
}

/** A view of the bytes of an array. */
export function bytesOf({ buffer, byteOffset, byteLength }: Float32Array | Int8Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength)
}
