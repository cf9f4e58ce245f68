import { readFileSync } from 'node:fs'

import { expect } from 'chai'
import fc from 'fast-check'

import { readTorchContents } from '../../../src/convert/pickledContents.js'
import { readTorchArchive } from '../../../src/tensor/pytorch/torchArchive.js'
import type { PyValue } from '../../../src/tensor/pytorch/pickle/values.js'
import { checkpointFixture } from '../../convert/fixtures.js'
import { asyncFaultOf, faultOf, succeedsOrRejects } from '../../convert/fault.js'
import { zip } from './zipWriter.js'

const PICKLE = Uint8Array.of(0x80, 2, 0x4e, 0x2e)
const text = (contents: string): Uint8Array => Buffer.from(contents)

const storageId = (key: string, length: number): PyValue => ({
  kind: 'tuple',
  items: ['storage', { kind: 'global', name: 'torch.HalfStorage' }, key, 'cpu', length],
})

describe('readTorchArchive', () => {
  it('finds the pickle and the storages', async () => {
    const files = [
      ['m/data.pkl', PICKLE],
      ['m/byteorder', text('little')],
      ['m/data/0', Uint8Array.of(1, 2, 3, 4)],
    ] as const
    const { pickle, persistentLoad } = await readTorchArchive(zip(files))
    expect([...pickle]).to.deep.equal([...PICKLE])
    const bytes = Buffer.of(1, 2, 3, 4)
    expect(persistentLoad(storageId('0', 2))).to.deep.equal({ kind: 'storage', type: 'float16', bytes })
    expect(faultOf(() => persistentLoad(storageId('0', 3)))).to.equal(
      'zip archive: "data/0": expected 6 bytes, got 4',
    )
    expect(faultOf(() => persistentLoad(storageId('../data.pkl', 2)))).to.include(
      'expected a file "data/../data.pkl", got none',
    )
  })

  it('rejects archives that torch.save does not write', async () => {
    const fault = (...files: (readonly [string, Uint8Array])[]) =>
      asyncFaultOf(() => readTorchArchive(zip(files)))
    expect(await fault(['readme', text('?')])).to.include(
      'expected one data.pkl, as torch.save writes it, got 0',
    )
    expect(await fault(['a/data.pkl', PICKLE], ['b/data.pkl', PICKLE])).to.include(
      'expected one data.pkl, as torch.save writes it, got 2',
    )
    expect(await fault(['a/data.pkl', PICKLE], ['a/data.pkl', PICKLE])).to.include(
      'expected one file "a/data.pkl", got two',
    )
    expect(await fault(['a/data.pkl', PICKLE], ['a/byteorder', text('big')])).to.include(
      'byteorder: expected "little", got "big"',
    )
  })

  it('rejects damaged archives', async () => {
    const intact = zip([['m/data.pkl', PICKLE]])
    const fault = (bytes: Buffer) => asyncFaultOf(() => readTorchArchive(bytes))
    expect(await fault(intact.subarray(0, 60))).to.include('expected an intact zip archive')
    const flipped = Buffer.from(intact)
    flipped.writeUInt8(0x88, intact.indexOf('N.'))
    expect(await fault(flipped)).to.include('zip archive: "m/data.pkl": expected the CRC-32 ')
    const bomb = Buffer.from(intact)
    const entry = intact.indexOf('PK\x01\x02')
    bomb.writeUInt16LE(8, entry + 10) // deflated
    bomb.writeUInt32LE(0xfffffff0, entry + 24) // size after inflating
    expect(await fault(bomb)).to.include('expected at most 536870912 bytes when unpacked')
  })

  it('gives contents or a fault for any damage', async () => {
    const intact = readFileSync(checkpointFixture('arrays.pt'))
    const damage = fc.array(fc.tuple(fc.nat(intact.length - 1), fc.nat(255)), { maxLength: 3 })
    await fc.assert(
      fc.asyncProperty(damage, fc.constantFrom(0, 0, 1, 500), async (changes, cut) => {
        const damaged = Buffer.from(intact)
        for (const [at, value] of changes) damaged.writeUInt8(value, at)
        await succeedsOrRejects(() => readTorchContents(damaged.subarray(0, damaged.length - cut)))
      }),
      { numRuns: 200 },
    )
  })
})
