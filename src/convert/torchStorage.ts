import { ELEMENT_BYTES } from './elementType.js'
import { invalidCheckpoint } from './invalidCheckpoint.js'
import type { PickleOptions } from './pickle/pickleMachine.js'
import { readPickle } from './pickle/readPickle.js'
import { isList } from './pickle/values.js'
import type { PyStorage, PyValue } from './pickle/values.js'
import { parseStorageId, STORAGE_GLOBALS } from './torchTensor.js'
import type { StorageId } from './torchTensor.js'

const MAGIC_NUMBER = 0x1950a86a20f9469cfc6cn
const PROTOCOL_VERSION = 1001

/** Bytes of the element count in front of the raw data. */
const COUNT_BYTES = 8

/**
 * `torch.storage._load_from_bytes(bytes)`: the stream that torch.save wrote before its zip container, with one storage
 * in it. In order: the pickles of a magic number, a protocol version, a dict about the machine, the object (a
 * persistent id) and the list of storage keys; then the number of elements as int64 and the elements, little-endian.
 */
export function loadStorage(args: readonly PyValue[]): PyStorage {
  const [bytes] = args
  if (!(bytes instanceof Uint8Array)) throw invalidCheckpoint('a torch storage is not given as bytes')
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

const refuseBuild: PickleOptions['build'] = () => {
  throw invalidCheckpoint('an object inside a torch storage')
}

const plain: PickleOptions = { globals: new Map(), build: refuseBuild }

function checkHeader(magic: PyValue, protocol: PyValue, machine: PyValue): void {
  if (magic !== MAGIC_NUMBER) throw invalidCheckpoint('a torch storage begins without its magic number')
  if (protocol !== PROTOCOL_VERSION) {
    throw invalidCheckpoint(`a torch storage has a protocol other than ${PROTOCOL_VERSION}`)
  }
  if (!(machine instanceof Map) || machine.get('little_endian') !== true) {
    throw invalidCheckpoint('a torch storage was not written by a little-endian machine')
  }
}

/** Reads the object of the stream, which must be one persistent id and nothing around it. */
function nextStorageId(next: (options: PickleOptions) => PyValue): StorageId {
  const found = new Map<PyValue, StorageId>()
  const value = next({
    globals: new Map(STORAGE_GLOBALS.map((known) => [known.name, known])),
    build: refuseBuild,
    persistentLoad: (persistentId) => {
      const id = parseStorageId(persistentId)
      const placeholder: PyStorage = { kind: 'storage', type: id.type, bytes: new Uint8Array() }
      found.set(placeholder, id)
      return placeholder
    },
  })
  const id = found.get(value)
  if (!id) throw invalidCheckpoint('a torch storage stream holds something else than a storage')
  return id
}

function checkKeys(keys: PyValue, id: StorageId): void {
  if (!isList(keys) || keys.items.length !== 1 || keys.items[0] !== id.key) {
    throw invalidCheckpoint('a torch storage stream does not list exactly its own key')
  }
}

function rawElements(rest: Uint8Array, id: StorageId): Uint8Array {
  const expected = COUNT_BYTES + id.byteLength
  if (rest.length !== expected) {
    throw invalidCheckpoint(`a torch storage has ${rest.length} bytes of data where ${expected} belong`)
  }
  const count = new DataView(rest.buffer, rest.byteOffset).getBigUint64(0, true)
  if (count !== BigInt(id.byteLength / ELEMENT_BYTES[id.type])) {
    throw invalidCheckpoint(`a torch storage gives two different numbers of elements, ${count} is one`)
  }
  return rest.subarray(COUNT_BYTES)
}
