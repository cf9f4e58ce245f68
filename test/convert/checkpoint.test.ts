import { createHash } from 'node:crypto'
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'

import { expect } from 'chai'
import fc from 'fast-check'

import { readCheckpoint } from '../../src/convert/checkpoint.js'
import { viewSafetensors } from '../../src/tensor/readSafetensors.js'
import { writeRawTensors } from '../../src/tensor/writeSafetensors.js'
import type { DenseNetworkCheckpoint } from '../../src/convert/checkpoint.js'
import { readCheckpointNetwork } from '../../src/convert/checkpointNetwork.js'
import { readPickledContents } from '../../src/convert/pickledContents.js'
import { rejection } from '../rejection.js'
import { checkpointFixture, TINY_SCORES } from './fixtures.js'
import { EMPTY_DICT, global, op, pickle, str, tuple } from '../tensor/pytorch/pickle/pickleWriter.js'
import { asyncFaultOf, succeedsOrRejects } from './fault.js'

/** What the network is, without the file that it came in. */
function networkOf(checkpoint: DenseNetworkCheckpoint): object {
  return { ...checkpoint, fileName: undefined, sha256: undefined }
}

describe('readCheckpoint', () => {
  let folder: string
  before(async () => (folder = await mkdtemp(path.join(os.tmpdir(), 'checkpoint-'))))
  after(() => rm(folder, { recursive: true }))

  for (const [era, version] of [
    ['seed', 'v1'],
    ['head', 'v2'],
  ] as const) {
    it(`reads a network on features ${version}`, async () => {
      const network = await readCheckpoint(checkpointFixture(`tiny-${era}.pkl`))
      expect(network).to.include({ encoderName: 'all-MiniLM-L6-v2', embeddingDimension: 384 })
      expect(network.features.version).to.equal(version)
      expect(network.hidden).to.deep.equal([8, 4])
      expect(network.llms).to.deep.equal(TINY_SCORES.llms)
    })

    it(`reads the same network on features ${version} from every container`, async () => {
      const expected = networkOf(await readCheckpoint(checkpointFixture(`tiny-${era}.pkl`)))
      for (const container of ['pt', 'safetensors']) {
        const network = await readCheckpoint(checkpointFixture(`tiny-${era}.${container}`))
        expect(networkOf(network), container).to.deep.equal(expected)
      }
    })
  }

  it('reads a checkpoint that lacks the keys that may be absent', async () => {
    const complete = await readCheckpoint(checkpointFixture('tiny-head.pkl'))
    const older = await readCheckpoint(checkpointFixture('tiny-head-protocol5.pkl'))
    expect(networkOf(older)).to.deep.equal(networkOf(complete))
  })

  it('goes by the contents, not by the name, and tells name and sha256 of the file', async () => {
    const file = path.join(folder, 'renamed.bin')
    await copyFile(checkpointFixture('tiny-seed.pt'), file)
    const { fileName, sha256 } = await readCheckpoint(file)
    expect(fileName).to.equal('renamed.bin')
    expect(sha256).to.equal(
      createHash('sha256')
        .update(await readFile(file))
        .digest('hex'),
    )
  })

  it('rejects what is not a checkpoint, naming the file', async () => {
    const fault = async (contents: string | Uint8Array): Promise<string> => {
      const file = path.join(folder, 'wrong')
      await writeFile(file, contents)
      return asyncFaultOf(() => readCheckpoint(file))
    }
    expect(await fault('')).to.match(/^wrong: expected a pickle of protocol 2 to 5, .*, got an empty file$/)
    expect(await fault('{}')).to.include('got JSON; give the .safetensors file')
    expect(await fault('ordinary text')).to.include('got bytes that begin with 6f7264696e617279')
    expect(await fault(Buffer.from('80028a0a6cfc9c46f9', 'hex'))).to.include('before torch 1.6')
    expect(await fault(pickle(str('text')))).to.equal('wrong: expected a dict as the checkpoint, got "text"')
    expect(await fault(pickle(EMPTY_DICT))).to.include('network_state_dict: expected a dict, got nothing')
    expect(await fault(Buffer.concat([pickle(EMPTY_DICT), Buffer.from('more')]))).to.include(
      'expected 4 bytes, the length of the pickle, got 8',
    )
    expect(await fault(pickle(global('os', 'system'), tuple(str('true')), op('R')))).to.include(
      'expected an allowed global, got os.system',
    )
    expect(await asyncFaultOf(() => readCheckpoint(folder))).to.include('expected a regular file')
    expect(await asyncFaultOf(() => readCheckpoint(path.join(folder, 'absent.pkl')))).to.equal(
      'absent.pkl: cannot be read (ENOENT)',
    )
  })

  it('rejects checkpoints of other types by the name of their type', async () => {
    const fault = async (...keys: string[]): Promise<string> => {
      const file = path.join(folder, 'other.pkl')
      const items = keys.flatMap((key) => [str(key), op('N'), op('s')])
      await writeFile(file, pickle(EMPTY_DICT, ...items))
      return asyncFaultOf(() => readCheckpoint(file))
    }
    expect(await fault('ratings', 'initial_rating')).to.include(
      'other.pkl: expected a checkpoint of the type dense_network, got one of elo_scoring by its keys',
    )
    expect(await fault('xgb_model_bytes')).to.include('got one of gradient_boosting')
    expect(await fault('model_type')).to.include('model_type: expected "dense_network", got None')
  })

  it('rejects a side file that is absent or invalid', async () => {
    const file = path.join(folder, 'side.safetensors')
    await copyFile(checkpointFixture('tiny-head.safetensors'), file)
    const fault = async (side: string): Promise<string> => {
      await writeFile(path.join(folder, 'side.json'), side)
      return asyncFaultOf(() => readCheckpoint(file))
    }
    expect(await asyncFaultOf(() => readCheckpoint(file))).to.equal(
      'side.safetensors: side.json: cannot be read (ENOENT)',
    )
    expect(await fault('[]')).to.include('side.json: expected an object, got an empty array')
    expect(await fault('{')).to.include('side.json: expected JSON: ')
    expect(await fault(`{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`)).to.include(
      'expected JSON nested 16 deep at most',
    )
    expect(await fault('{"model_type":"dn_embedding"}')).to.include(
      'side.safetensors: model_type: expected "dense_network", got "dn_embedding"',
    )
  })

  it('fault 25: reads names that a wrapped network has, and a side file with a byte order mark', async () => {
    const expected = await readCheckpoint(checkpointFixture('tiny-head.safetensors'))
    const side = await readFile(checkpointFixture('tiny-head.json'), 'utf8')
    const tensors = viewSafetensors(await readFile(checkpointFixture('tiny-head.safetensors')), 'f')
    const isScaler = (name: string) => name.startsWith('prompt_features_scaler.')
    const wrapped = (prefix: string, isWrapped: (name: string) => boolean) =>
      writeRawTensors(
        new Map([...tensors].map(([name, view]) => [isWrapped(name) ? prefix + name : name, view])),
      )
    const file = path.join(folder, 'wrapped.safetensors')
    await writeFile(path.join(folder, 'wrapped.json'), `\ufeff${side}`)
    for (const prefix of ['module.', '_orig_mod.', '_orig_mod.module.', 'model.', 'net.module.', 'a.b.']) {
      for (const isWrapped of [() => true, (name: string) => !isScaler(name)]) {
        await writeFile(file, wrapped(prefix, isWrapped))
        const { layers, llmEmbedding, llms, features } = await readCheckpoint(file)
        expect({ layers, llmEmbedding, llms, features }).to.deep.equal({
          layers: expected.layers,
          llmEmbedding: expected.llmEmbedding,
          llms: expected.llms,
          features: expected.features,
        })
      }
    }
  })

  it('fault 25: reads a part that was wrapped alone, and a side file in any UTF', async () => {
    const expected = await readCheckpoint(checkpointFixture('tiny-head.safetensors'))
    const side = await readFile(checkpointFixture('tiny-head.json'), 'utf8')
    const tensors = viewSafetensors(await readFile(checkpointFixture('tiny-head.safetensors')), 'f')
    const wrapped = [...tensors].map(
      ([name, view]) => [name.replace(/^dense_network\./, 'dense_network._orig_mod.'), view] as const,
    )
    await writeFile(path.join(folder, 'part.safetensors'), writeRawTensors(new Map(wrapped)))
    const littleEndian = Buffer.from(`\ufeff${side}`, 'utf16le')
    for (const bytes of [littleEndian, Buffer.from(littleEndian).swap16()]) {
      await writeFile(path.join(folder, 'part.json'), bytes)
      const { layers, llms } = await readCheckpoint(path.join(folder, 'part.safetensors'))
      expect({ layers, llms }).to.deep.equal({ layers: expected.layers, llms: expected.llms })
    }
    const latin1 = Buffer.from(side.replace('{', '{"note": "\u00e9",'), 'latin1')
    await writeFile(path.join(folder, 'part.json'), latin1)
    const error = await rejection(readCheckpoint(path.join(folder, 'part.safetensors')))
    expect(String(error)).to.match(/part\.json: expected text in UTF-8, got other bytes/)
  })

  it('gives a network or a fault for any damage to a file', async () => {
    for (const name of ['tiny-seed.pkl', 'tiny-head-protocol5.pkl']) {
      const intact = await readFile(checkpointFixture(name))
      const damage = fc.array(fc.tuple(fc.nat(intact.length - 1), fc.nat(255)), {
        minLength: 1,
        maxLength: 40,
      })
      const end = fc.oneof(fc.constant(intact.length), fc.nat(intact.length))
      await fc.assert(
        fc.asyncProperty(damage, end, async (changes, length) => {
          const damaged = Buffer.from(intact)
          for (const [at, value] of changes) damaged.writeUInt8(value, at)
          await succeedsOrRejects(() =>
            readCheckpointNetwork(readPickledContents(damaged.subarray(0, length))),
          )
        }),
        { numRuns: 300 },
      )
    }
  })
})
