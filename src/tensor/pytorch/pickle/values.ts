import { FLOAT_BYTES } from '../../floats.js'
import type { FloatType } from '../../floats.js'

/** Number formats of the arrays in a checkpoint. Integers occur alongside the weights and are never decoded. */
export type ElementType = FloatType | 'int64' | 'int32' | 'int16' | 'int8' | 'uint8' | 'bool'

/** Bytes of one element. */
export const ELEMENT_BYTES: Readonly<Record<ElementType, number>> = {
  ...FLOAT_BYTES,
  int64: 8,
  int32: 4,
  int16: 2,
  int8: 1,
  uint8: 1,
  bool: 1,
}

/** What a dictionary key may be; Python allows more, checkpoints do not need it. */
export type Key = string | number | bigint | boolean | null

/** A dict or OrderedDict. Never a plain object: names such as `__proto__` are ordinary keys. */
export type Dict = Map<Key, PyValue>

/**
 * A Python value as the reader builds it. None is null, bytes and bytearray are Uint8Array (views into the file), int
 * and float are number (int beyond 2^53: bigint). Only `kind`s are objects; none has behavior from the file.
 */
export type PyValue = null | boolean | number | bigint | string | Uint8Array | Dict | PyObject

/** `items` grow while the pickle runs, and a list may contain itself: never walk values without a bound. */
export interface PyList {
  readonly kind: 'list' | 'tuple' | 'set'
  readonly items: PyValue[]
}

/** A name on the allow-list. It stands for the Python function or class and runs none of it. */
export interface PyGlobal {
  readonly kind: 'global'
  /** `<module>.<name>` */
  readonly name: string
  /** What calling it builds; absent if nothing may call it. */
  readonly call?: (args: readonly PyValue[]) => PyValue
  /** Whether NEWOBJ may make an inert instance of it. */
  readonly instantiable?: boolean
}

/** An inert object of which only the class and the state are kept. */
interface PyInstance {
  readonly kind: 'instance'
  readonly className: string
  state: PyValue
}

/** numpy.dtype; its byte order arrives after it was made. */
export interface PyDtype {
  readonly kind: 'dtype'
  readonly type: ElementType
  littleEndian: boolean
}

/** The memory behind tensors: `bytes` holds whole little-endian elements. */
export interface PyStorage {
  readonly kind: 'storage'
  readonly type: ElementType
  readonly bytes: Uint8Array
}

/** A torch tensor or numpy array: exactly the elements of `shape`, undecoded. numpy fills it after it was made. */
export interface PyArray {
  readonly kind: 'array'
  shape: readonly number[]
  type: ElementType
  bytes: Uint8Array
  littleEndian: boolean
  /** Whether the first index runs fastest. */
  fortranOrder: boolean
}

/** The Python name of a value's type, for messages. */
export function typeName(value: PyValue): string {
  if (value === null) return 'None'
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'number') return 'number'
  if (typeof value === 'bigint') return 'int'
  if (typeof value === 'string') return 'str'
  if (value instanceof Uint8Array) return 'bytes'
  if (value instanceof Map) return 'dict'
  return value.kind
}

export function isList(value: PyValue | undefined): value is PyList {
  return isObject(value) && (value.kind === 'list' || value.kind === 'tuple' || value.kind === 'set')
}

export function isTuple(value: PyValue | undefined): value is PyList {
  return isObject(value) && value.kind === 'tuple'
}

export function isGlobal(value: PyValue | undefined): value is PyGlobal {
  return isObject(value) && value.kind === 'global'
}

export function isStorage(value: PyValue | undefined): value is PyStorage {
  return isObject(value) && value.kind === 'storage'
}

export function isDtype(value: PyValue | undefined): value is PyDtype {
  return isObject(value) && value.kind === 'dtype'
}

export function isArray(value: PyValue | undefined): value is PyArray {
  return isObject(value) && value.kind === 'array'
}

/** The values that carry a `kind`. */
export type PyObject = PyList | PyGlobal | PyInstance | PyDtype | PyStorage | PyArray

/** Whether the value is an object, which carries a `kind`. */
export function isObject(value: PyValue | undefined): value is PyObject {
  return (
    typeof value === 'object' && value !== null && !(value instanceof Map) && !(value instanceof Uint8Array)
  )
}
