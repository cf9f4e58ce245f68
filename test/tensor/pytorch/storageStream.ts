import {
  EMPTY_DICT,
  EMPTY_LIST,
  global,
  int,
  NONE,
  op,
  pickle,
  str,
  tuple,
  uint64,
} from './pickle/pickleWriter.js'

/** The parts of a stream as torch writes one storage into a plain pickle. */
export interface StorageStream {
  magic: Uint8Array
  protocol: Uint8Array
  machine: Uint8Array
  object: Uint8Array
  keys: Uint8Array
  count: bigint
  data: Uint8Array
}

/** The stream of a storage of floats, the bytes of the i-th all i, with some parts replaced. */
export function storageStream(length: number, replaced: Partial<StorageStream> = {}): Uint8Array {
  const id = tuple(str('storage'), global('torch', 'FloatStorage'), str('k'), str('cpu'), int(length), NONE)
  const parts: StorageStream = {
    magic: Buffer.from('80028a0a6cfc9c46f9206aa850192e', 'hex'),
    protocol: pickle(op('M', 0xe9, 0x03)),
    machine: pickle(EMPTY_DICT, str('little_endian'), op(0x88), op('s')),
    object: pickle(id, op('Q')),
    keys: keyList('k'),
    count: BigInt(length),
    data: Uint8Array.from({ length: 4 * length }, (_, i) => Math.floor(i / 4)),
    ...replaced,
  }
  const { magic, protocol, machine, object, keys, count, data } = parts
  return Buffer.concat([magic, protocol, machine, object, keys, Uint8Array.from(uint64(count)), data])
}

/** The pickled list of storage keys. */
export function keyList(...keys: string[]): Uint8Array {
  return pickle(EMPTY_LIST, op('('), ...keys.map((key) => str(key)), op('e'))
}
