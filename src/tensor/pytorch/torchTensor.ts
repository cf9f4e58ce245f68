import { at } from '../../numeric/at.js'
import { describePyValue, formatShape } from './formatting.js'
import { invalidCheckpoint } from './invalidCheckpoint.js'
import type { PickleOptions } from './pickle/pickleMachine.js'
import { readPickle } from './pickle/readPickle.js'
import { ELEMENT_BYTES, isGlobal, isList, isStorage, isTuple, typeName } from './pickle/values.js'
import type { ElementType, PyArray, PyGlobal, PyStorage, PyValue } from './pickle/values.js'
import { asSize, asSizes, byteCount } from './sizes.js'

const MAGIC_NUMBER = 0x1950a86a20f9469cfc6cn
const PROTOCOL_VERSION = 1001

/** Bytes of the element count in front of the raw data. */
export const COUNT_BYTES = 8

const STORAGE_TYPES: ReadonlyMap<string, ElementType> = new Map([
  ['torch.DoubleStorage', 'float64'],
  ['torch.FloatStorage', 'float32'],
  ['torch.HalfStorage', 'float16'],
  ['torch.BFloat16Storage', 'bfloat16'],
  ['torch.LongStorage', 'int64'],
  ['torch.IntStorage', 'int32'],
  ['torch.ShortStorage', 'int16'],
  ['torch.CharStorage', 'int8'],
  ['torch.ByteStorage', 'uint8'],
  ['torch.BoolStorage', 'bool'],
])

/** The storage classes. They only occur inside persistent ids and are never called. */
export const STORAGE_GLOBALS: readonly PyGlobal[] = [...STORAGE_TYPES.keys()].map((name) => ({
  kind: 'global',
  name,
}))

/** What a persistent id of torch says of a storage whose bytes stand elsewhere. */
export interface StorageId {
  readonly type: ElementType
  readonly key: string
  readonly byteLength: number
}

/**
 * Reads a persistent id, the tuple `("storage", storage class, key, device, number of elements[, None])`. The device is
 * of no interest: weights that were trained on a GPU are stored in the same way.
 */
export function parseStorageId(id: PyValue): StorageId {
  if (!isTuple(id)) throw invalidCheckpoint(`persistent id: expected a tuple, got ${typeName(id)}`)
  const [tag, storageClass, key, , length, view = null] = id.items
  if (tag !== 'storage' || !isGlobal(storageClass) || typeof key !== 'string') {
    throw invalidCheckpoint('persistent id: expected the tuple of a torch storage, got another')
  }
  if (view !== null) throw invalidCheckpoint('torch storage: expected no view of another, got one')
  const type = STORAGE_TYPES.get(storageClass.name)
  if (type === undefined) {
    const expected = [...STORAGE_TYPES.keys()].join(', ')
    throw invalidCheckpoint(`torch storage: expected ${expected}, got ${storageClass.name}`)
  }
  return { type, key, byteLength: asSize(length, 'length of a torch storage') * ELEMENT_BYTES[type] }
}

/**
 * `torch._utils._rebuild_tensor_v2(storage, offset, size, stride, requires_grad, hooks)`. Only row-major tensors
 * without holes occur in checkpoints; others are rejected.
 */
export function rebuildTensor(args: readonly PyValue[]): PyArray {
  const [storage, offset, size, stride] = args
  if (!isStorage(storage)) {
    throw invalidCheckpoint(`tensor: expected a torch storage, got ${describePyValue(storage)}`)
  }
  const shape = asSizes(size, 'shape of a tensor')
  checkContiguous(shape, asSizes(stride, 'stride of a tensor'))
  return {
    kind: 'array',
    shape,
    type: storage.type,
    bytes: elementsAt(storage, asSize(offset, 'offset of a tensor'), shape),
    littleEndian: true,
    fortranOrder: false,
  }
}

function checkContiguous(shape: readonly number[], stride: readonly number[]): void {
  if (stride.length !== shape.length) {
    throw invalidCheckpoint(
      `tensor: expected ${shape.length} strides for its dimensions, got ${stride.length}`,
    )
  }
  let expected = 1
  for (let dimension = shape.length - 1; dimension >= 0; dimension--) {
    const size = at(shape, dimension)
    // The stride of a dimension of size 1 is never used, and torch leaves any number there.
    if (size !== 1 && at(stride, dimension) !== expected) {
      const what = `tensor of shape ${formatShape(shape)}`
      throw invalidCheckpoint(`${what}: expected contiguous rows, got the stride ${formatShape(stride)}`)
    }
    expected *= Math.max(size, 1)
  }
}

function elementsAt(storage: PyStorage, offset: number, shape: readonly number[]): Uint8Array {
  const start = offset * ELEMENT_BYTES[storage.type]
  const end = start + byteCount(shape, storage.type)
  if (end > storage.bytes.length) {
    const what = `tensor of shape ${formatShape(shape)}`
    throw invalidCheckpoint(
      `${what}: expected a storage of at least ${end} bytes, got ${storage.bytes.length}`,
    )
  }
  return storage.bytes.subarray(start, end)
}

/**
 * `torch.storage._load_from_bytes(bytes)`: the stream that torch.save wrote before its zip container, with one storage
 * in it. In order: the pickles of a magic number, a protocol version, a dict about the machine, the object (a
 * persistent id) and the list of storage keys; then the number of elements as int64 and the elements, little-endian.
 */
export function loadStorage(args: readonly PyValue[]): PyStorage {
  const [bytes] = args
  if (!(bytes instanceof Uint8Array)) {
    throw invalidCheckpoint(`torch storage: expected bytes, got ${describePyValue(bytes)}`)
  }
  let rest = bytes
  const next = (options: PickleOptions = plain): PyValue => {
    const { value, end } = readPickle(rest, options)
    rest = rest.subarray(end)
    return value
  }
  checkHeader(next(), next(), next())
  const id = nextStorageId(next)
  checkKeys(next(), id)
  return { kind: 'storage', type: id.type, bytes: rawElements(rest, id) }
}

const rejectBuild: PickleOptions['build'] = () => {
  throw invalidCheckpoint('torch storage: expected no object inside, got one')
}

export const plain: PickleOptions = { globals: new Map(), build: rejectBuild }

/** What a stream of torch.save before its zip container begins with: three pickles of one value each. */
export function checkHeader(magic: PyValue, protocol: PyValue, machine: PyValue): void {
  if (magic !== MAGIC_NUMBER) {
    throw invalidCheckpoint(`torch storage: expected its magic number, got ${describePyValue(magic)}`)
  }
  if (protocol !== PROTOCOL_VERSION) {
    throw invalidCheckpoint(
      `torch storage: expected protocol ${PROTOCOL_VERSION}, got ${describePyValue(protocol)}`,
    )
  }
  if (!(machine instanceof Map) || machine.get('little_endian') !== true) {
    throw invalidCheckpoint('torch storage: expected one of a little-endian machine, got another')
  }
}

/** Reads the object of the stream, which must be one persistent id and nothing around it. */
function nextStorageId(next: (options: PickleOptions) => PyValue): StorageId {
  const found = new Map<PyValue, StorageId>()
  const value = next({
    globals: new Map(STORAGE_GLOBALS.map((allowed) => [allowed.name, allowed])),
    build: rejectBuild,
    persistentLoad: (persistentId) => {
      const id = parseStorageId(persistentId)
      const placeholder: PyStorage = { kind: 'storage', type: id.type, bytes: new Uint8Array() }
      found.set(placeholder, id)
      return placeholder
    },
  })
  const id = found.get(value)
  if (id === undefined) {
    throw invalidCheckpoint(`torch storage: expected a persistent id, got ${describePyValue(value)}`)
  }
  return id
}

function checkKeys(keys: PyValue, id: StorageId): void {
  if (!isList(keys) || keys.items.length !== 1 || keys.items[0] !== id.key) {
    throw invalidCheckpoint('torch storage: expected a list of its own key alone, got another')
  }
}

function rawElements(rest: Uint8Array, id: StorageId): Uint8Array {
  const expected = COUNT_BYTES + id.byteLength
  if (rest.length !== expected) {
    throw invalidCheckpoint(`torch storage: expected ${expected} bytes of data, got ${rest.length}`)
  }
  const count = new DataView(rest.buffer, rest.byteOffset).getBigUint64(0, true)
  const elements = id.byteLength / ELEMENT_BYTES[id.type]
  if (count !== BigInt(elements)) {
    throw invalidCheckpoint(
      `torch storage: expected ${elements} elements, as its persistent id says, got ${count}`,
    )
  }
  return rest.subarray(COUNT_BYTES)
}
