import type { ElementType } from '../elementType.js'

/** What a dictionary key may be; Python allows more, checkpoints do not need it. */
export type Key = string | number | bigint | boolean | null

/** A dict or OrderedDict. Never a plain object: names such as `__proto__` are ordinary keys. */
export type Dict = Map<Key, PyValue>

/**
 * A Python value as the reader builds it. None is null, bytes and bytearray are Uint8Array (views into the file), int
 * and float are number (int beyond 2^53: bigint). Only `kind`s are objects; none has behaviour from the file.
 */
export type PyValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | Dict
  | PyList
  | PyGlobal
  | PyInstance
  | PyDtype
  | PyStorage
  | PyArray

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
  /** What calling it builds; absent where nothing may call it. */
  readonly call?: (args: readonly PyValue[]) => PyValue
  /** Whether NEWOBJ may make an inert instance of it. */
  readonly instantiable?: boolean
}

/** An inert object of which only the class and the state are kept. */
export interface PyInstance {
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
export function kindOf(value: PyValue): string {
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
  return hasKind(value) && (value.kind === 'list' || value.kind === 'tuple' || value.kind === 'set')
}

export function isTuple(value: PyValue | undefined): value is PyList {
  return hasKind(value) && value.kind === 'tuple'
}

export function isGlobal(value: PyValue | undefined): value is PyGlobal {
  return hasKind(value) && value.kind === 'global'
}

export function isStorage(value: PyValue | undefined): value is PyStorage {
  return hasKind(value) && value.kind === 'storage'
}

export function isDtype(value: PyValue | undefined): value is PyDtype {
  return hasKind(value) && value.kind === 'dtype'
}

export function isArray(value: PyValue | undefined): value is PyArray {
  return hasKind(value) && value.kind === 'array'
}

type Kinded = PyList | PyGlobal | PyInstance | PyDtype | PyStorage | PyArray

/** Whether the value is one of the object kinds, which carry a `kind`. */
export function hasKind(value: PyValue | undefined): value is Kinded {
  return (
    typeof value === 'object' && value !== null && !(value instanceof Map) && !(value instanceof Uint8Array)
  )
}
