import { expect } from 'chai'

import { loadStorage } from '../../src/convert/torchStorage.js'
import { EMPTY_DICT, global, int, NONE, op, pickle, str, tuple } from './pickle/pickleWriter.js'
import { refusalOf } from './refusal.js'
import { keyList, storageStream } from './storageStream.js'
import type { StorageStream } from './storageStream.js'

const FLOATS = global('torch', 'FloatStorage')

const persistent = (...id: Uint8Array[]): Uint8Array => pickle(tuple(...id), op('Q'))

describe('loadStorage', () => {
  it('reads the stream of one storage', () => {
    const storage = loadStorage([storageStream(2)])
    expect(storage.type).to.equal('float32')
    expect([...storage.bytes]).to.deep.equal([0, 0, 0, 0, 1, 1, 1, 1])
  })

  it('reads a storage that was on a GPU', () => {
    const object = persistent(str('storage'), FLOATS, str('k'), str('cuda:0'), int(2), NONE)
    expect(loadStorage([storageStream(2, { object })]).bytes).to.have.length(8)
  })

  it('refuses each part that does not fit', () => {
    const refusal = (parts: Partial<StorageStream>) => refusalOf(() => loadStorage([storageStream(2, parts)]))
    expect(refusal({ magic: pickle(int(1)) })).to.include('magic number')
    expect(refusal({ protocol: pickle(int(1)) })).to.include('protocol other than 1001')
    expect(refusal({ machine: pickle(EMPTY_DICT) })).to.include('little-endian')
    expect(refusal({ object: pickle(NONE) })).to.include('something else than a storage')
    expect(refusal({ object: pickle(NONE, op('Q')) })).to.include('a persistent id is a None')
    expect(refusal({ object: persistent(str('module')) })).to.include('does not describe a torch storage')
    expect(refusal({ object: pickle(global('torch.storage', '_load_from_bytes')) })).to.include('asks for')
    expect(refusal({ keys: keyList('k', 'l') })).to.include('exactly its own key')
    expect(refusal({ keys: keyList('l') })).to.include('exactly its own key')
    expect(refusal({ data: new Uint8Array(7) })).to.include('has 15 bytes of data where 16 belong')
    expect(refusal({ data: new Uint8Array(9) })).to.include('has 17 bytes of data where 16 belong')
    expect(refusal({ count: 3n })).to.include('two different numbers of elements')
  })

  it('refuses views of storages and lengths that cannot be', () => {
    const refusal = (...end: Uint8Array[]) =>
      refusalOf(() =>
        loadStorage([
          storageStream(2, { object: persistent(str('storage'), FLOATS, str('k'), str('cpu'), ...end) }),
        ]),
      )
    expect(refusal(int(2), tuple())).to.include('a view of another')
    expect(refusal(int(-2))).to.include('the length of a torch storage is -2')
    expect(refusal(NONE)).to.include('the length of a torch storage is None')
  })
})
