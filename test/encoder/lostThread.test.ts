import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'

import { expect } from 'chai'

import { readEncoderSpec } from '../../src/encoder/directory.js'
import { Encoder } from '../../src/encoder/encoder.js'
import { openThread } from '../../src/encoder/selectEngine.js'
import { pack } from '../../src/encoder/packing.js'
import { rejection } from '../rejection.js'
import { ENCODER_DIRECTORY } from '../savedModels.js'
import { watchWorkers } from '../workers.js'
import { writeTinyBert } from './tinyBert.js'

const prompt = (length: number) => Int32Array.from({ length }, (_, i) => 1000 + i)

describe('an encoder whose thread ends', () => {
  const workers = watchWorkers()

  it('fails what the thread held, and goes on in another', async () => {
    const lost: string[] = []
    const preference = { engine: 'wasm', precision: 'fp32' } as const
    const encoder = await Encoder.open(await readEncoderSpec(ENCODER_DIRECTORY), preference, {
      onLost: (reason) => lost.push(reason),
    })
    const before = await encoder.encode([prompt(8)])
    const held = rejection(encoder.encode([prompt(64)]))
    await Promise.all(workers.map((worker) => worker.terminate()))
    expect(await held).to.include({ code: 'ENGINE_UNAVAILABLE' })
    expect(lost.length).to.be.at.least(1)
    expect(await encoder.encode([prompt(8)])).to.deep.equal(before)
    await encoder.close()
  })

  it('does not go on with other weights than it was opened with', async () => {
    const directory = await writeTinyBert()
    const encoder = await Encoder.open(await readEncoderSpec(directory), { engine: 'cpu', precision: 'fp32' })
    const before = await encoder.encode([Int32Array.of(1, 2)])
    const file = path.join(directory, 'model.safetensors')
    const weights = await readFile(file)
    const others = Buffer.from(weights)
    others.writeFloatLE(0.5, others.length - 12)
    await writeFile(file, others)
    await Promise.all(workers.map((worker) => worker.terminate()))
    expect(await rejection(encoder.encode([Int32Array.of(1, 2)]))).to.include({
      code: 'MODEL_BROKEN',
      message:
        'The weights of the encoder have changed since it was opened; put them back, or restart the server',
    })
    await writeFile(file, weights)
    expect(await encoder.encode([Int32Array.of(1, 2)])).to.deep.equal(before)
    await encoder.close()
  })

  it('lets onnxruntime finish its run before it closes, which would end the process otherwise', async () => {
    const choice = { engine: 'onnxruntime', precision: 'fp32' } as const
    const { thread } = await openThread(await readEncoderSpec(ENCODER_DIRECTORY), choice)
    const running = thread.call('encode', pack([prompt(256), prompt(256), prompt(256)]))
    await new Promise((resolve) => setTimeout(resolve, 20))
    await thread.close()
    expect(await running).to.have.length(3 * 384)
  })
})
