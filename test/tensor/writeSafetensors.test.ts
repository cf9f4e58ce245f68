import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'

import { expect } from 'chai'
import fc from 'fast-check'

import { LLimitError } from '../../src/errors.js'
import { readSafetensors } from '../../src/tensor/readSafetensors.js'
import { openSafetensors } from '../../src/tensor/safetensors.js'
import { writeSafetensors } from '../../src/tensor/writeSafetensors.js'
import type { FloatTensor } from '../../src/tensor/writeSafetensors.js'
import { thrownBy } from '../rejection.js'

const tensor = fc.array(fc.nat(4), { maxLength: 3 }).chain((shape) => {
  const size = shape.reduce((product, width) => product * width, 1)
  return fc.float32Array({ minLength: size, maxLength: size }).map((data): FloatTensor => ({ shape, data }))
})
const names = fc.string({ unit: 'binary' }).filter((name) => name !== '__metadata__')
const tensors = fc.array(fc.tuple(names, tensor), { maxLength: 5 }).map((pairs) => new Map(pairs))

describe('writeSafetensors', () => {
  let folder: string
  before(async () => (folder = await mkdtemp(path.join(os.tmpdir(), 'safetensors-'))))
  after(() => rm(folder, { recursive: true }))

  it('writes what openSafetensors reads back', async () => {
    const filePath = path.join(folder, 'test.safetensors')
    await fc.assert(
      fc.asyncProperty(tensors, async (expected) => {
        await writeFile(filePath, writeSafetensors(expected))
        const file = await openSafetensors(filePath)
        try {
          expect(file.names).to.have.members([...expected.keys()])
          for (const [name, { shape, data }] of expected) {
            expect(file.shape(name)).to.deep.equal(shape)
            expect(file.dtype(name)).to.equal('F32')
            expect(await file.read(name)).to.deep.equal(data)
          }
        } finally {
          await file.close()
        }
      }),
    )
  })

  it('writes what readSafetensors reads back, wherever the bytes lie', () => {
    fc.assert(
      fc.property(tensors, fc.nat(9), (expected, offset) => {
        const bytes = writeSafetensors(expected)
        const moved = new Uint8Array(bytes.length + offset)
        moved.set(bytes, offset)
        expect(new Set(readSafetensors(moved.subarray(offset), 'test'))).to.deep.equal(new Set(expected))
      }),
    )
  })

  it('is read or rejected when it is damaged', () => {
    const intact = writeSafetensors(new Map([['w', { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) }]]))
    const damage = fc.array(fc.tuple(fc.nat(intact.length - 1), fc.nat(255)), { maxLength: 4 })
    fc.assert(
      fc.property(damage, fc.nat(intact.length), (changes, length) => {
        const damaged = Uint8Array.from(intact)
        for (const [at, value] of changes) damaged[at] = value
        try {
          readSafetensors(damaged.subarray(0, length), 'test')
        } catch (error) {
          expect(error).to.be.instanceOf(LLimitError)
        }
      }),
    )
  })

  it('begins the data at a multiple of eight bytes', () => {
    for (let length = 1; length <= 8; length++) {
      const name = 'x'.repeat(length)
      const bytes = Buffer.from(writeSafetensors(new Map([[name, { shape: [1], data: Float32Array.of(2) }]])))
      expect((8 + Number(bytes.readBigUInt64LE())) % 8).to.equal(0)
      expect(bytes.readFloatLE(8 + Number(bytes.readBigUInt64LE()))).to.equal(2)
    }
  })

  it('writes a part of a larger array alone', () => {
    const bytes = writeSafetensors(
      new Map([['a', { shape: [2], data: Float32Array.of(1, 2, 3, 4).subarray(1, 3) }]]),
    )
    expect([Buffer.from(bytes).readFloatLE(bytes.length - 8), bytes.at(-4)]).to.deep.equal([2, 0])
    expect(Buffer.from(bytes).readFloatLE(bytes.length - 4)).to.equal(3)
  })

  it('rejects a shape that does not match the data, and the name that the format keeps', () => {
    const write = (name: string, shape: number[]) =>
      thrownBy(() => writeSafetensors(new Map([[name, { shape, data: new Float32Array(5) }]]))).message
    expect(write('w', [2, 3])).to.equal('tensor "w": expected 6 values for the shape [2, 3], got 5')
    expect(write('__metadata__', [5])).to.equal(
      'expected a name for a tensor, got "__metadata__", which the format reserves',
    )
  })
})
