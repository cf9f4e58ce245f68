import { expect } from 'chai'

import { loadStorage } from '../../../src/tensor/pytorch/torchTensor.js'
import { EMPTY_DICT, global, int, NONE, op, pickle, str, tuple } from './pickle/pickleWriter.js'
import { faultOf } from '../../convert/fault.js'
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

  it('reads integers and truth values of all sizes', () => {
    const types = [
      ['LongStorage', 'int64', 8],
      ['IntStorage', 'int32', 4],
      ['ShortStorage', 'int16', 2],
      ['CharStorage', 'int8', 1],
      ['ByteStorage', 'uint8', 1],
      ['BoolStorage', 'bool', 1],
    ] as const
    for (const [name, type, size] of types) {
      const object = persistent(str('storage'), global('torch', name), str('k'), str('cpu'), int(3), NONE)
      const data = Uint8Array.from({ length: 3 * size }, (_, i) => i + 1)
      const storage = loadStorage([storageStream(3, { object, data })])
      expect(storage.type).to.equal(type)
      expect([...storage.bytes]).to.deep.equal([...data])
    }
  })

  it('rejects each part that does not match', () => {
    const fault = (parts: Partial<StorageStream>) => faultOf(() => loadStorage([storageStream(2, parts)]))
    expect(fault({ magic: pickle(int(1)) })).to.include('expected its magic number, got 1')
    expect(fault({ protocol: pickle(int(1)) })).to.include('expected protocol 1001, got 1')
    expect(fault({ machine: pickle(EMPTY_DICT) })).to.include('expected one of a little-endian machine')
    expect(fault({ object: pickle(NONE) })).to.include('expected a persistent id, got None')
    expect(fault({ object: pickle(NONE, op('Q')) })).to.include('persistent id: expected a tuple, got None')
    expect(fault({ object: persistent(str('module')) })).to.include('expected the tuple of a torch storage')
    expect(fault({ object: pickle(global('torch.storage', '_load_from_bytes')) })).to.include(
      'expected an allowed global, got torch.storage._load_from_bytes',
    )
    expect(fault({ keys: keyList('k', 'l') })).to.include('expected a list of its own key alone')
    expect(fault({ keys: keyList('l') })).to.include('expected a list of its own key alone')
    expect(fault({ data: new Uint8Array(7) })).to.include('expected 16 bytes of data, got 15')
    expect(fault({ data: new Uint8Array(9) })).to.include('expected 16 bytes of data, got 17')
    expect(fault({ count: 3n })).to.include('expected 2 elements, as its persistent id says, got 3')
  })

  it('rejects views of storages and lengths that are impossible', () => {
    const fault = (...end: Uint8Array[]) =>
      faultOf(() =>
        loadStorage([
          storageStream(2, { object: persistent(str('storage'), FLOATS, str('k'), str('cpu'), ...end) }),
        ]),
      )
    expect(fault(int(2), tuple())).to.include('expected no view of another')
    expect(fault(int(-2))).to.include('length of a torch storage: expected an integer from 0, got -2')
    expect(fault(NONE)).to.include('length of a torch storage: expected an integer from 0, got None')
  })
})
