import { gunzipSync } from 'node:zlib'

import { expect } from 'chai'
import fc from 'fast-check'

import {
  entriesOf,
  mutateSafetensors,
  mutateZip,
  safetensorsOf,
  zipOf,
} from '../../../scripts/fuzz/containers.js'
import { mutateBytes } from '../../../scripts/fuzz/mutateBytes.js'
import { mutateFiles } from '../../../scripts/fuzz/mutateFiles.js'
import { mutateJson } from '../../../scripts/fuzz/mutateJson.js'
import { mutateText } from '../../../scripts/fuzz/mutateText.js'
import { createRandom } from '../../../src/numeric/random.js'
import { readTorchArchive } from '../../../src/tensor/pytorch/torchArchive.js'

const ENTRIES = [
  { name: 'x/data.pkl', bytes: Buffer.from('\x80\x02N.', 'latin1') },
  { name: 'x/data/0', bytes: Buffer.from('0123456789') },
]
const VALUE = { list: [1, 'two', null, { three: true }], text: 'four' }

/** Each mutation as a function of the seed alone. */
const MUTATIONS: Record<string, (seed: number) => Buffer> = {
  mutateBytes: (seed) => mutateBytes(Buffer.from('some bytes, not very many'), createRandom(seed)),
  mutateJson: (seed) => Buffer.from(mutateJson(VALUE, createRandom(seed))),
  mutateText: (seed) => mutateText('a,b\n1,"x"\n2,y\n', createRandom(seed)),
  mutateZip: (seed) => mutateZip(ENTRIES, createRandom(seed)),
  mutateSafetensors: (seed) =>
    mutateSafetensors(safetensorsOf(JSON.stringify(VALUE), Buffer.from('data')), createRandom(seed)),
}

describe('the mutations of the fuzzer', () => {
  for (const [name, mutate] of Object.entries(MUTATIONS)) {
    it(`${name} gives the same for the same seed, and something else for most others`, () => {
      const found = Array.from({ length: 200 }, (_, seed) => mutate(seed))
      found.forEach((bytes, seed) => expect(bytes.equals(mutate(seed))).to.equal(true))
      expect(new Set(found.map((bytes) => bytes.toString('base64'))).size).to.be.greaterThan(50)
    })
  }

  it('leave what they are given as it is', async () => {
    const given = { value: structuredClone(VALUE), bytes: Buffer.from('abc') }
    for (let seed = 0; seed < 100; seed++) {
      mutateJson(given.value, createRandom(seed))
      mutateBytes(given.bytes, createRandom(seed))
      await mutateFiles(new Map([['a.bin', given.bytes]]), createRandom(seed))
    }
    expect(given).to.deep.equal({ value: VALUE, bytes: Buffer.from('abc') })
  })

  it('keep JSON that is JSON, whatever else it is', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), fc.nat(), (value, seed) => {
        JSON.parse(mutateJson(value as typeof VALUE, createRandom(seed)))
      }),
    )
  })

  it('change one file or two of a folder', async () => {
    const files = new Map(['a.json', 'b.json', 'c.json'].map((name) => [name, Buffer.from('{"a": 1}')]))
    for (let seed = 0; seed < 200; seed++) {
      const changed = await mutateFiles(files, createRandom(seed))
      const same = [...files].filter(([name, bytes]) => changed.get(name)?.equals(bytes) === true)
      expect(same.length).to.be.within(1, 3)
    }
  })
})

describe('zipOf', () => {
  it('packs what can be unpacked, stored or deflated', async () => {
    const packed = zipOf(ENTRIES.map((entry, e) => ({ ...entry, isDeflated: e === 1 })))
    expect(await entriesOf(packed)).to.deep.equal(ENTRIES)
    expect(Buffer.from((await readTorchArchive(packed)).pickle)).to.deep.equal(ENTRIES[0]?.bytes)
  })
})

describe('mutateText', () => {
  it('compresses some of the files', () => {
    const all = Array.from({ length: 100 }, (_, seed) => mutateText('a\nb\n', createRandom(seed)))
    const unpacked = all.flatMap((bytes) => {
      try {
        return [gunzipSync(bytes)]
      } catch {
        return []
      }
    })
    expect(unpacked.length).to.be.within(5, 40)
  })
})
