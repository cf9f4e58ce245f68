import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'

import { expect } from 'chai'
import fc from 'fast-check'

import { LLimitError } from '../../src/errors.js'
import { openSafetensors } from '../../src/tensor/safetensors.js'
import type { Safetensors } from '../../src/tensor/safetensors.js'
import { rejection } from '../rejection.js'
import { ENCODER_DIRECTORY } from '../savedModels.js'
import { float32File, safetensorsFile } from './safetensorsWriter.js'

/** `[dtype, shape, start, end]` as a header entry. */
const entry = (dtype: string, shape: number[], start: number, end: number) => ({
  dtype,
  shape,
  data_offsets: [start, end],
})

describe('openSafetensors', () => {
  let folder: string
  before(async () => (folder = await mkdtemp(path.join(os.tmpdir(), 'safetensors-'))))
  after(() => rm(folder, { recursive: true }))

  async function withFile<T>(contents: Uint8Array, use: (file: Safetensors) => Promise<T> | T): Promise<T> {
    const filePath = path.join(folder, 'test.safetensors')
    await writeFile(filePath, contents)
    const file = await openSafetensors(filePath)
    try {
      return await use(file)
    } finally {
      await file.close()
    }
  }

  async function fault(
    contents: Uint8Array,
    use: (file: Safetensors) => unknown = () => null,
  ): Promise<string> {
    const error = await rejection(withFile(contents, use))
    if (!(error instanceof LLimitError)) throw error
    expect(error.code).to.equal('MODEL_BROKEN')
    return error.message
  }

  it('gives back names, shapes and values of any tensors', async () => {
    const tensor = fc.array(fc.nat(4), { maxLength: 3 }).chain((shape) =>
      fc
        .float32Array({
          minLength: shape.reduce((a, b) => a * b, 1),
          maxLength: shape.reduce((a, b) => a * b, 1),
        })
        .map((data) => ({ shape, data })),
    )
    const names = fc.string().filter((name) => name !== '__metadata__' && !/^\d+$/.test(name))
    const tensors = fc.array(fc.tuple(names, tensor), { maxLength: 5 }).map((pairs) => new Map(pairs))
    await fc.assert(
      fc.asyncProperty(tensors, (expected) =>
        withFile(float32File(expected), async (file) => {
          expect(file.names).to.deep.equal([...expected.keys()])
          for (const [name, { shape, data }] of expected) {
            expect(file.shape(name)).to.deep.equal(shape)
            expect(file.byteLength(name)).to.equal(data.byteLength)
            expect(await file.read(name)).to.deep.equal(data)
          }
        }),
      ),
    )
  })

  it('reads each floating-point type as float32, and no other type', async () => {
    const header = {
      double: entry('F64', [1], 0, 8),
      half: entry('F16', [2], 8, 12),
      bfloat: entry('BF16', [], 12, 14),
      integer: entry('I64', [1], 14, 22),
    }
    const data = Buffer.concat([
      new Uint8Array(Float64Array.of(0.1).buffer),
      Uint8Array.of(0x00, 0x3c, 0x01, 0x00),
      Uint8Array.of(0x80, 0xbf),
      new Uint8Array(8),
    ])
    const contents = safetensorsFile(header, data)
    await withFile(contents, async (file) => {
      expect([...(await file.read('double'))]).to.deep.equal([Math.fround(0.1)])
      expect([...(await file.read('half'))]).to.deep.equal([1, 2 ** -24])
      expect([...(await file.read('bfloat'))]).to.deep.equal([-1])
      expect(file.dtype('integer')).to.equal('I64')
      expect(file.byteOffset('half')).to.equal(contents.length - data.length + 8)
    })
    expect(await fault(contents, (file) => file.read('integer'))).to.include(
      '"integer": expected F64, F32, F16, BF16, got I64',
    )
    expect(await fault(contents, (file) => file.shape('toString'))).to.include(
      'expected a tensor "toString", found none',
    )
  })

  it('rejects a file whose header is invalid', async () => {
    const four = new Uint8Array(4)
    expect(await fault(four)).to.include('expected 8 bytes or more, got 4')
    expect(await fault(new Uint8Array(8).fill(255))).to.match(
      /expected a header of at most 0 bytes, got 18446744073709551615$/,
    )
    expect(await fault(Uint8Array.of(200, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0x7d))).to.include(
      'at most 2 bytes, got 200',
    )
    expect(await fault(safetensorsFile('{'))).to.include('expected a header in JSON: ')
    expect(await fault(safetensorsFile('['.repeat(100_000)))).to.include('expected a header in JSON: ')
    expect(await fault(safetensorsFile([]))).to.include(
      'expected a JSON object as its header, got an empty array',
    )
    expect(await fault(safetensorsFile({ a: { dtype: 'F32' } }))).to.include(
      'tensor "a": shape: expected array, got nothing',
    )
    expect(await fault(safetensorsFile({ a: entry('Q4', [1], 0, 4) }, four))).to.include('BOOL, got "Q4"')
  })

  it('rejects tensors that do not cover the data exactly', async () => {
    const eight = new Uint8Array(8)
    const two = (a: [number, number], b: [number, number]) =>
      fault(safetensorsFile({ a: entry('F32', [1], ...a), b: entry('F32', [1], ...b) }, eight))
    expect(await two([0, 4], [0, 4])).to.include('"b" overlaps')
    expect(await two([4, 8], [2, 6])).to.include('2 bytes before tensor "b" belong to no tensor')
    expect(await two([0, 4], [5, 9])).to.include('1 bytes before tensor "b"')
    const one = (shape: number[], end: number) =>
      fault(safetensorsFile({ a: entry('F32', shape, 0, end) }, eight))
    expect(await one([1], 4)).to.match(/expected \d+ bytes, of which the last tensor is the end, got \d+$/)
    expect(await one([3], 12)).to.match(/expected \d+ bytes, of which the last tensor is the end, got \d+$/)
    expect(await one([3], 8)).to.include(
      '"a": expected 12 bytes for the shape [3] in F32, got the offsets [0, 8]',
    )
    expect(await one([2 ** 53, 2 ** 53], 8)).to.include('tensor "a": shape[0]: ')
    expect(
      await fault(safetensorsFile('{"a":1,"a":' + JSON.stringify(entry('F32', [1], 4, 8)) + '}', eight)),
    ).to.include('4 bytes before tensor "a"')
  })

  it('names a file that it cannot open without its folder', async () => {
    const error = await rejection(openSafetensors(path.join(folder, 'absent.safetensors')))
    expect(error).to.be.instanceOf(LLimitError)
    expect(error).to.have.property('message', 'absent.safetensors: cannot be opened')
  })

  it('gives tensors or an error for damaged files', async () => {
    const intact = float32File(new Map([['weight', { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) }]]))
    const damage = fc.array(fc.tuple(fc.nat(intact.length - 1), fc.nat(255)), { maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(damage, fc.nat(intact.length), async (changes, length) => {
        const damaged = Uint8Array.from(intact)
        for (const [at, value] of changes) damaged[at] = value
        try {
          await withFile(damaged.subarray(0, length), (file) =>
            Promise.all(file.names.map((name) => file.read(name))),
          )
        } catch (error) {
          expect(error).to.be.instanceOf(LLimitError)
        }
      }),
    )
  })

  it('reads single tensors of the shipped encoder', async () => {
    const file = await openSafetensors(path.join(ENCODER_DIRECTORY, 'model.safetensors'))
    try {
      expect(file.shape('embeddings.word_embeddings.weight')).to.deep.equal([30522, 384])
      expect(file.dtype('embeddings.position_ids')).to.equal('I64')
      expect(await file.read('embeddings.LayerNorm.weight')).to.have.length(384)
    } finally {
      await file.close()
    }
  })
})
