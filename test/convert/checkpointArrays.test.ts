import { readFileSync } from 'node:fs'

import { expect } from 'chai'
import { z } from 'zod'

import { toFloatTensor } from '../../src/convert/floatTensor.js'
import { checkpointPickleOptions } from '../../src/convert/knownGlobals.js'
import type { PickleOptions } from '../../src/convert/pickle/pickleMachine.js'
import { readPickle } from '../../src/convert/pickle/readPickle.js'
import { isArray } from '../../src/convert/pickle/values.js'
import type { PyArray, PyValue } from '../../src/convert/pickle/values.js'
import { readTorchArchive } from '../../src/convert/torchArchive.js'
import { checkpointFixture } from './fixtures.js'
import { bytes, call, global, int, NONE, op, pickle, str, tuple } from './pickle/pickleWriter.js'
import { refusalOf } from './refusal.js'

/** Name of an array -> shape and values as numpy widens or rounds them to float32; text where JSON has no number. */
const expectedArrays = z
  .record(z.string(), z.object({ shape: z.array(z.number()), data: z.array(z.number().or(z.string())) }))
  .parse(JSON.parse(readFileSync(checkpointFixture('arrays.json'), 'utf8')))

const read = (contents: Uint8Array, options: Partial<PickleOptions> = {}): PyValue =>
  readPickle(contents, { ...checkpointPickleOptions(contents.length), ...options }).value

function asArray(value: PyValue | undefined): PyArray {
  if (!isArray(value)) throw new Error('not an array')
  return value
}

function expectArrays(value: PyValue): void {
  if (!(value instanceof Map)) throw new Error('not a dict')
  for (const [name, { shape, data }] of Object.entries(expectedArrays)) {
    const tensor = toFloatTensor(asArray(value.get(name)), name)
    expect(tensor.shape, name).to.deep.equal(shape)
    expect([...tensor.read()], name).to.deep.equal(data.map(Number))
  }
}

describe('tensors and arrays in checkpoints', () => {
  for (const protocol of [2, 3, 4, 5]) {
    it(`have the values that torch and numpy gave them, in a pickle of protocol ${protocol}`, () => {
      expectArrays(read(readFileSync(checkpointFixture(`arrays-protocol${protocol}.pkl`))))
    })
  }

  it('have the values that torch and numpy gave them, in a zip of torch.save', async () => {
    const { pickle: contents, persistentLoad } = await readTorchArchive(
      readFileSync(checkpointFixture('arrays.pt')),
    )
    expectArrays(read(contents, { persistentLoad }))
  })

  it('are read without being decoded where they hold whole numbers', () => {
    const arrays = read(readFileSync(checkpointFixture('arrays-protocol4.pkl')))
    if (!(arrays instanceof Map)) throw new Error('not a dict')
    for (const [name, type] of Object.entries({
      int64: 'int64',
      int32: 'int32',
      np_i8: 'int64',
      np_bool: 'bool',
    })) {
      const array = asArray(arrays.get(name))
      expect(array.type).to.equal(type)
      expect(refusalOf(() => toFloatTensor(array, name))).to.equal(
        `${name} holds ${type}, not floating-point numbers`,
      )
    }
  })

  it('are refused where they are not contiguous or hold Python objects', () => {
    const refusalOfFixture = (name: string) => refusalOf(() => read(readFileSync(checkpointFixture(name))))
    expect(refusalOfFixture('transposed.pkl')).to.include('shape [3, 2] and stride [1, 3] is not contiguous')
    expect(refusalOfFixture('object-array.pkl')).to.include('the numpy dtype "O8" is not supported')
  })
})

describe('numpy arrays that are put together by hand', () => {
  const dtype = call('numpy', 'dtype', str('f4'), op(0x89), op(0x88))
  const empty = call(
    'numpy.core.multiarray',
    '_reconstruct',
    global('numpy', 'ndarray'),
    tuple(int(0)),
    str('b'),
  )
  const filled = (shape: Uint8Array, kind: Uint8Array, data: Uint8Array): Uint8Array =>
    pickle(empty, tuple(int(1), shape, kind, op(0x89), data), op('b'))
  const four = bytes(new Uint8Array(Float32Array.of(2.5).buffer))

  it('may come from numpy 1', () => {
    const array = asArray(read(filled(tuple(int(1)), dtype, four)))
    expect([...toFloatTensor(array, 'x').read()]).to.deep.equal([2.5])
  })

  it('are refused where their parts do not fit', () => {
    const refusal = (contents: Uint8Array): string => refusalOf(() => read(contents))
    expect(refusal(filled(tuple(int(2)), dtype, four))).to.include('[2] in float32 takes 8 bytes and has 4')
    expect(refusal(filled(tuple(int(-1)), dtype, four))).to.include(
      'entry of the shape of a numpy array is -1',
    )
    expect(refusal(filled(tuple(...Array<Uint8Array>(9).fill(int(1))), dtype, four))).to.include('9 entries')
    expect(refusal(filled(int(1), dtype, four))).to.include('the shape of a numpy array is 1, not a tuple')
    expect(refusal(filled(tuple(int(1)), NONE, four))).to.include('without its dtype')
    expect(refusal(filled(tuple(int(1)), dtype, NONE))).to.include('or its bytes')
    expect(refusal(pickle(empty, NONE, op('b')))).to.include('the state of a numpy array is a None')
    expect(refusal(pickle(call('numpy._core.multiarray', '_reconstruct', NONE)))).to.include(
      'of the class None',
    )
    const build = (...state: Uint8Array[]) => refusal(pickle(dtype, tuple(...state), op('b')))
    expect(build(int(3), str('!'))).to.include('the numpy byte order is "!"')
    expect(build(int(3), str('<'), NONE, tuple(str('a')))).to.include('structured')
  })
})

describe('tensors that are put together by hand', () => {
  const storage = (id: Uint8Array = int(0)): Uint8Array => Buffer.concat([id, op('Q')])
  const tensor = (offset: number, shape: number[], stride: number[]): Uint8Array =>
    pickle(
      call(
        'torch._utils',
        '_rebuild_tensor_v2',
        storage(),
        int(offset),
        tuple(...shape.map(int)),
        tuple(...stride.map(int)),
      ),
    )
  const readTensor = (contents: Uint8Array): PyArray =>
    asArray(
      read(contents, {
        persistentLoad: () => ({ kind: 'storage', type: 'float32', bytes: new Uint8Array(16) }),
      }),
    )

  it('stay within their storage', () => {
    expect(readTensor(tensor(2, [2], [1])).bytes).to.have.length(8)
    const refusal = (...of: Parameters<typeof tensor>) => refusalOf(() => readTensor(tensor(...of)))
    expect(refusal(3, [2], [1])).to.include('a tensor of shape [2] ends at byte 20 of a storage of 16')
    expect(refusal(-1, [2], [1])).to.include('the offset of a tensor is -1')
    expect(refusal(0, [2 ** 30, 2 ** 30], [2 ** 30, 1])).to.include('ends at byte 4611686018427388000')
    expect(refusal(0, [2], [])).to.include('a tensor of 1 dimensions has 0 strides')
    expect(refusal(0, [4], [0])).to.include('not contiguous')
  })

  it('take any stride where a dimension has one entry or none', () => {
    expect(readTensor(tensor(0, [1, 4], [7, 1])).shape).to.deep.equal([1, 4])
    expect(readTensor(tensor(0, [3, 0], [1, 1])).bytes).to.have.length(0)
  })
})
