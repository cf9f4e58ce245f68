import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'

import { expect } from 'chai'

import { ENGINES } from '../../src/engines.js'
import { readEncoderSpec } from '../../src/encoder/directory.js'
import { choicesFor, selectEngine } from '../../src/encoder/selectEngine.js'
import type { RejectedEngine } from '../../src/encoder/selectEngine.js'
import { rejection } from '../rejection.js'
import { ENCODER_DIRECTORY } from '../savedModels.js'
import { writeTinyBert } from './tinyBert.js'

const order = (...preference: Parameters<typeof choicesFor>) =>
  choicesFor(...preference).map((choices) => choices.map(({ engine, precision }) => `${engine} ${precision}`))

describe('engine selection', () => {
  it('tries the precision asked for, then fp32, and slow engines only where nothing else works', () => {
    expect(order({ engine: 'auto', precision: 'fp32' })).to.deep.equal([
      ['tensorflow fp32', 'onnxruntime fp32'],
      ['wasm fp32'],
      ['cpu fp32'],
    ])
    expect(order({ engine: 'auto', precision: 'bf16' })[0]).to.deep.equal([
      'tensorflow bf16',
      'tensorflow fp32',
      'onnxruntime bf16',
      'onnxruntime fp32',
    ])
    expect(order({ engine: 'onnxruntime', precision: 'int8' })).to.deep.equal([
      ['onnxruntime int8', 'onnxruntime fp32'],
    ])
    expect(order({ engine: 'wasm', precision: 'bf16' })).to.deep.equal([['wasm bf16', 'wasm fp32']])
  })

  it('opens an engine that reproduces the reference vectors, and says what it measured', async () => {
    const spec = await readEncoderSpec(ENCODER_DIRECTORY)
    const rejected: RejectedEngine[] = []
    const { thread, opened } = await selectEngine(
      spec,
      { engine: 'onnxruntime', precision: 'bf16' },
      { onRejected: (one) => rejected.push(one) },
    )
    await thread.close()
    expect(opened).to.include({ engine: 'onnxruntime', precision: 'fp32' })
    expect(rejected).to.deep.equal([
      { engine: 'onnxruntime', precision: 'bf16', reason: 'does not compute in bf16', isInstalled: true },
    ])
    expect(opened.maxError).to.be.greaterThan(0).and.lessThan(5e-6)
    for (const ms of [opened.shortMs, opened.singleMs, opened.batchMs]) expect(ms).to.be.greaterThan(0)
  })

  it('rejects every engine that computes something else, each with its reason', async () => {
    const directory = await writeTinyBert()
    const wrong = Float32Array.from({ length: 8 }, (_, i) => (i === 0 ? 1 : 0))
    const reference = [{ ids: [1, 5, 2], vector_f32le_base64: Buffer.from(wrong.buffer).toString('base64') }]
    await writeFile(path.join(directory, 'reference.json'), JSON.stringify(reference))
    const rejected: RejectedEngine[] = []
    const preference = { engine: 'auto', precision: 'fp32' } as const
    const events = { onRejected: (one: RejectedEngine) => rejected.push(one) }
    const error = await rejection(selectEngine(await readEncoderSpec(directory), preference, events))
    // No engine gives them, and none will.
    expect(error).to.include({ code: 'MODEL_BROKEN' })
    expect(rejected.map(({ engine }) => engine)).to.deep.equal(ENGINES)
    // Nothing has failed if nobody has installed it.
    const packages = ['tfjs-node', 'tfjs-node-gpu'].map((name) => `node_modules/@tensorflow/${name}`)
    expect(rejected[0]?.isInstalled).to.equal(packages.some((folder) => existsSync(folder)))
    for (const { reason } of rejected.slice(1))
      expect(reason).to.match(
        /fails the self-test: expected differences up to 0\.000005 and cosines from 0\.999999, got \d/,
      )
  })
})
