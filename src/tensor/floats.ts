import os from 'node:os'

/** Number formats of weights as files hold them. */
export type FloatType = 'float64' | 'float32' | 'float16' | 'bfloat16'

/** Bytes of one number. */
export const FLOAT_BYTES: Readonly<Record<FloatType, number>> = {
  float64: 8,
  float32: 4,
  float16: 2,
  bfloat16: 2,
}

export function isFloatType(type: string): type is FloatType {
  return type in FLOAT_BYTES
}

const HOST_IS_LITTLE_ENDIAN = os.endianness() === 'LE'

type Read = (view: DataView, at: number, littleEndian: boolean) => number

const READ: Readonly<Record<FloatType, Read>> = {
  float64: (view, at, littleEndian) => view.getFloat64(at, littleEndian),
  float32: (view, at, littleEndian) => view.getFloat32(at, littleEndian),
  float16: (view, at, littleEndian) => float16ToNumber(view.getUint16(at, littleEndian)),
  bfloat16: (view, at, littleEndian) => bfloat16ToNumber(view.getUint16(at, littleEndian)),
}

/**
 * The numbers of `bytes` as float32: exact for float32, float16 and bfloat16, rounded to nearest for float64 (a number
 * beyond the range of float32 becomes infinite). A copy: it does not keep `bytes` alive. Bytes after the last complete
 * number are not read.
 */
export function decodeFloats(bytes: Uint8Array, type: FloatType, littleEndian = true): Float32Array {
  const width = FLOAT_BYTES[type]
  // As they lie in memory, which takes half of the time or less; of a copy, since no view may begin at any byte.
  if (type === 'float32' && littleEndian === HOST_IS_LITTLE_ENDIAN) {
    const whole = bytes.byteLength - (bytes.byteLength % width)
    return new Float32Array(new Uint8Array(bytes.subarray(0, whole)).buffer)
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const read = READ[type]
  const numbers = new Float32Array(Math.floor(bytes.byteLength / width))
  for (let i = 0; i < numbers.length; i++) numbers[i] = read(view, i * width, littleEndian)
  return numbers
}

/** The same to look at, without a copy where `bytes` lie in memory as float32 do. */
export function viewFloats(bytes: Uint8Array, type: FloatType): Float32Array {
  const isInPlace = type === 'float32' && HOST_IS_LITTLE_ENDIAN && bytes.byteOffset % FLOAT_BYTES[type] === 0
  if (!isInPlace) return decodeFloats(bytes, type)
  return new Float32Array(bytes.buffer, bytes.byteOffset, Math.floor(bytes.byteLength / FLOAT_BYTES[type]))
}

/** IEEE 754 binary16: 1 sign bit, 5 exponent bits with bias 15, 10 fraction bits. */
function float16ToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN
  if (exponent === 0) return sign * fraction * 2 ** -24
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

const scratch = new DataView(new ArrayBuffer(4))

/** bfloat16 is the upper half of a float32. */
function bfloat16ToNumber(bits: number): number {
  scratch.setUint32(0, bits << 16)
  return scratch.getFloat32(0)
}
