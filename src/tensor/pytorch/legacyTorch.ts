import { invalidCheckpoint } from './invalidCheckpoint.js'
import type { PickleOptions } from './pickle/pickleMachine.js'
import { readPickle } from './pickle/readPickle.js'
import { ELEMENT_BYTES, isList } from './pickle/values.js'
import type { PyGlobal, PyStorage, PyValue } from './pickle/values.js'
import { checkHeader, COUNT_BYTES, parseStorageId, plain } from './torchTensor.js'
import type { StorageId } from './torchTensor.js'

/** How files of torch.save before torch 1.6 begin, in hexadecimal. */
export const LEGACY_TORCH_START = '80028a0a6cfc9c46'

/**
 * The object in a file that `torch.save` wrote before its zip container: pickles of a magic number, a protocol version, a dict
 * about the machine, the object and the keys of its storages; then each storage, its number of elements as int64 and the
 * elements. What the object is made of stands behind it, so it is read twice: the first time for the storages that it names.
 * @throws LLimitError INVALID_CHECKPOINT
 */
export function readLegacyTorch(bytes: Uint8Array, options: PickleOptions): PyValue {
  let rest = bytes
  const next = (): PyValue => {
    const { value, end } = readPickle(rest, plain)
    rest = rest.subarray(end)
    return value
  }
  checkHeader(next(), next(), next())
  const object = rest
  const ids = storagesIn(object, options)
  rest = object.subarray(ids.end)
  const storages = readStorages(next(), ids.byKey, () => rest)
  const persistentLoad = (id: PyValue): PyStorage => {
    const { key } = parseStorageId(id)
    const storage = storages.get(key)
    if (storage === undefined)
      throw invalidCheckpoint(`torch storage: expected one of the keys of the file, got ${key}`)
    return storage
  }
  return readPickle(object, { ...options, persistentLoad }).value
}

function storagesIn(object: Uint8Array, options: PickleOptions) {
  const byKey = new Map<string, StorageId>()
  // Nothing is built of what is not there yet.
  const inert = [...options.globals].map(([name, global]): [string, PyGlobal] => [
    name,
    name.startsWith('torch._utils.') ? { ...global, call: () => null } : global,
  ])
  const { end } = readPickle(object, {
    ...options,
    globals: new Map(inert),
    persistentLoad: (id) => {
      const storage = parseStorageId(id)
      byKey.set(storage.key, storage)
      return null
    },
  })
  return { byKey, end }
}

function readStorages(
  keys: PyValue,
  byKey: ReadonlyMap<string, StorageId>,
  after: () => Uint8Array,
): Map<string, PyStorage> {
  if (!isList(keys) || keys.items.length !== byKey.size)
    throw invalidCheckpoint(`torch storage: expected a list of ${byKey.size} keys, got another`)
  const storages = new Map<string, PyStorage>()
  let data = after()
  for (const key of keys.items) {
    const id = typeof key === 'string' ? byKey.get(key) : undefined
    if (id === undefined)
      throw invalidCheckpoint('torch storage: expected the keys of the object, got others')
    const end = COUNT_BYTES + id.byteLength
    if (data.length < end)
      throw invalidCheckpoint(`torch storage: expected ${end} bytes of data, got ${data.length}`)
    const count = new DataView(data.buffer, data.byteOffset).getBigUint64(0, true)
    const elements = id.byteLength / ELEMENT_BYTES[id.type]
    if (count !== BigInt(elements))
      throw invalidCheckpoint(`torch storage: expected ${elements} elements, got ${count}`)
    storages.set(id.key, { kind: 'storage', type: id.type, bytes: data.subarray(COUNT_BYTES, end) })
    data = data.subarray(end)
  }
  return storages
}
