import { readFileSync } from 'node:fs'

import { expect } from 'chai'
import { z } from 'zod'

import { checkpointPickleOptions } from '../../src/convert/allowedGlobals.js'
import type { PickleOptions } from '../../src/tensor/pytorch/pickle/pickleMachine.js'
import { toLazyTensor } from '../../src/convert/pickledContents.js'
import { readPickle } from '../../src/tensor/pytorch/pickle/readPickle.js'
import { isArray } from '../../src/tensor/pytorch/pickle/values.js'
import type { PyArray, PyValue } from '../../src/tensor/pytorch/pickle/values.js'
import { readTorchArchive } from '../../src/tensor/pytorch/torchArchive.js'
import { checkpointFixture } from './fixtures.js'
import {
  bytes,
  call,
  global,
  int,
  NONE,
  op,
  pickle,
  str,
  tuple,
} from '../tensor/pytorch/pickle/pickleWriter.js'
import { faultOf } from './fault.js'

/** Name of an array -> shape and values as numpy widens or rounds them to float32; text if JSON has no number. */
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
    const tensor = toLazyTensor(asArray(value.get(name)), name)
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

  it('are read without being decoded if they hold integers', () => {
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
      expect(faultOf(() => toLazyTensor(array, name))).to.equal(
        `${name}: expected floating-point numbers, got ${type}`,
      )
    }
  })

  it('are rejected if they are not contiguous or hold Python objects', () => {
    const faultOfFixture = (name: string) => faultOf(() => read(readFileSync(checkpointFixture(name))))
    expect(faultOfFixture('transposed.pkl')).to.include(
      'tensor of shape [3, 2]: expected contiguous rows, got the stride [1, 3]',
    )
    expect(faultOfFixture('object-array.pkl')).to.include('u1, b1, got "O8"')
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
    expect([...toLazyTensor(array, 'x').read()]).to.deep.equal([2.5])
  })

  it('are rejected if their parts do not match', () => {
    const fault = (contents: Uint8Array): string => faultOf(() => read(contents))
    expect(fault(filled(tuple(int(2)), dtype, four))).to.include('[2] in float32: expected 8 bytes, got 4')
    expect(fault(filled(tuple(int(-1)), dtype, four))).to.include(
      'shape of a numpy array: expected an integer from 0, got -1',
    )
    expect(fault(filled(tuple(...Array<Uint8Array>(9).fill(int(1))), dtype, four))).to.include(
      'expected at most 8 entries, got 9',
    )
    expect(fault(filled(int(1), dtype, four))).to.include('shape of a numpy array: expected a tuple, got 1')
    expect(fault(filled(tuple(int(1)), NONE, four))).to.include(
      'expected a dtype and bytes, got None and a bytes',
    )
    expect(fault(filled(tuple(int(1)), dtype, NONE))).to.include(
      'expected a dtype and bytes, got a dtype and None',
    )
    expect(fault(pickle(empty, NONE, op('b')))).to.include(
      'state of a numpy array: expected a tuple, got None',
    )
    expect(fault(pickle(call('numpy._core.multiarray', '_reconstruct', NONE)))).to.include(
      'expected the class numpy.ndarray, got None',
    )
    const build = (...state: Uint8Array[]) => fault(pickle(dtype, tuple(...state), op('b')))
    expect(build(int(3), str('!'))).to.include('numpy byte order: expected <, >, | or =, got "!"')
    expect(build(int(3), str('<'), NONE, tuple(str('a')))).to.include(
      'expected a plain type, got a structured one',
    )
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
    const fault = (...of: Parameters<typeof tensor>) => faultOf(() => readTensor(tensor(...of)))
    expect(fault(3, [2], [1])).to.include(
      'tensor of shape [2]: expected a storage of at least 20 bytes, got 16',
    )
    expect(fault(-1, [2], [1])).to.include('offset of a tensor: expected an integer from 0, got -1')
    expect(fault(0, [2 ** 30, 2 ** 30], [2 ** 30, 1])).to.include(
      'a storage of at least 4611686018427388000 bytes',
    )
    expect(fault(0, [2], [])).to.include('tensor: expected 1 strides for its dimensions, got 0')
    expect(fault(0, [4], [0])).to.include('expected contiguous rows')
  })

  it('take any stride if a dimension has one entry or none', () => {
    expect(readTensor(tensor(0, [1, 4], [7, 1])).shape).to.deep.equal([1, 4])
    expect(readTensor(tensor(0, [3, 0], [1, 1])).bytes).to.have.length(0)
  })
})

describe('a parameter of a network', () => {
  it('is its tensor', () => {
    expect(read(pickle(call('torch._utils', '_rebuild_parameter', int(7), op(0x88), NONE)))).to.equal(7)
  })
})
