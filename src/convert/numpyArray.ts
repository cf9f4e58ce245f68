import { describePyValue, formatShape } from '../tensor/pytorch/formatting.js'
import { invalidCheckpoint } from '../tensor/pytorch/invalidCheckpoint.js'
import { isDtype, isGlobal, isTuple, typeName } from '../tensor/pytorch/pickle/values.js'
import type { ElementType, PyArray, PyDtype, PyValue } from '../tensor/pytorch/pickle/values.js'
import { asSizes, byteCount } from '../tensor/pytorch/sizes.js'

const DTYPE_CODES: ReadonlyMap<string, ElementType> = new Map([
  ['f8', 'float64'],
  ['f4', 'float32'],
  ['f2', 'float16'],
  ['i8', 'int64'],
  ['i4', 'int32'],
  ['i2', 'int16'],
  ['i1', 'int8'],
  ['u1', 'uint8'],
  ['b1', 'bool'],
])

/** `numpy.dtype(code, align, copy)`. Python objects, strings and records have no code here and are rejected. */
export function makeDtype(args: readonly PyValue[]): PyDtype {
  const [code] = args
  const type = typeof code === 'string' ? DTYPE_CODES.get(code) : undefined
  if (type === undefined) {
    const expected = [...DTYPE_CODES.keys()].join(', ')
    throw invalidCheckpoint(`numpy.dtype: expected one of ${expected}, got ${describePyValue(code)}`)
  }
  return { kind: 'dtype', type, littleEndian: true }
}

/** The state of a dtype: `(version, byte order, subarray, names, fields, …)`. */
export function buildDtype(dtype: PyDtype, state: PyValue): void {
  if (!isTuple(state))
    throw invalidCheckpoint(`state of a numpy dtype: expected a tuple, got ${typeName(state)}`)
  const [, order, subarray = null, names = null, fields = null] = state.items
  if (subarray !== null || names !== null || fields !== null) {
    throw invalidCheckpoint('state of a numpy dtype: expected a plain type, got a structured one')
  }
  if (order !== '<' && order !== '>' && order !== '|' && order !== '=') {
    throw invalidCheckpoint(`numpy byte order: expected <, >, | or =, got ${describePyValue(order)}`)
  }
  dtype.littleEndian = order !== '>'
}

/** `numpy…multiarray._reconstruct(numpy.ndarray, (0,), b"b")`: an empty array that its state fills afterwards. */
export function reconstructArray(args: readonly PyValue[]): PyArray {
  const [type] = args
  if (!isGlobal(type) || type.name !== 'numpy.ndarray') {
    const found = isGlobal(type) ? type.name : describePyValue(type)
    throw invalidCheckpoint(`numpy array: expected the class numpy.ndarray, got ${found}`)
  }
  return {
    kind: 'array',
    shape: [0],
    type: 'uint8',
    bytes: new Uint8Array(),
    littleEndian: true,
    fortranOrder: false,
  }
}

/** The state of an array: `(version, shape, dtype, whether Fortran order, raw bytes)`. */
export function buildArray(array: PyArray, state: PyValue): void {
  if (!isTuple(state))
    throw invalidCheckpoint(`state of a numpy array: expected a tuple, got ${typeName(state)}`)
  const [, shape, dtype, fortranOrder, bytes] = state.items
  Object.assign(array, filledArray(asSizes(shape, 'shape of a numpy array'), dtype, bytes))
  array.fortranOrder = fortranOrder === true
}

/** `numpy…multiarray.scalar(dtype, raw bytes)`: a numpy scalar, here an array without dimensions. */
export function makeScalar(args: readonly PyValue[]): PyArray {
  const [dtype, bytes] = args
  return filledArray([], dtype, bytes)
}

/** `numpy…numeric._frombuffer(raw bytes, dtype, shape, order)`: how protocol 5 writes an array. */
export function arrayFromBuffer(args: readonly PyValue[]): PyArray {
  const [bytes, dtype, shape, order] = args
  const array = filledArray(asSizes(shape, 'shape of a numpy array'), dtype, bytes)
  array.fortranOrder = order === 'F'
  return array
}

function filledArray(
  shape: readonly number[],
  dtype: PyValue | undefined,
  bytes: PyValue | undefined,
): PyArray {
  if (!isDtype(dtype) || !(bytes instanceof Uint8Array)) {
    throw invalidCheckpoint(
      `numpy array: expected a dtype and bytes, got ${describePyValue(dtype)} and ${describePyValue(bytes)}`,
    )
  }
  const expected = byteCount(shape, dtype.type)
  if (bytes.length !== expected) {
    const what = `numpy array of shape ${formatShape(shape)} in ${dtype.type}`
    throw invalidCheckpoint(`${what}: expected ${expected} bytes, got ${bytes.length}`)
  }
  const { type, littleEndian } = dtype
  return { kind: 'array', shape, type, bytes, littleEndian, fortranOrder: false }
}
