import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'

import { expect } from 'chai'

import { createRandom, gaussian } from '../../../src/numeric/random.js'
import { writeSafetensors } from '../../../src/tensor/writeSafetensors.js'
import { initialAdamState } from '../../../src/train/autodiff/adamW.js'
import { parameter } from '../../../src/train/autodiff/parameters.js'
import type { Checkpoint } from '../../../src/train/loop/checkpoint.js'
import { CheckpointFile } from '../../../src/train/loop/checkpointFile.js'

/** A state after `epoch` epochs, with values of every kind that a parameter may have. */
function checkpointAfter(epoch: number): Checkpoint {
  const random = createRandom(epoch)
  const values = () =>
    new Map([
      ['kernel', parameter([2, 3], () => gaussian(random))],
      ['bias', parameter([3], () => 1e-30 * gaussian(random))],
    ])
  const parameters = values()
  const adam = initialAdamState(parameters)
  for (const moments of [adam.first, adam.second]) for (const data of moments.values()) data.fill(random())
  adam.steps = 10 * epoch
  return { epoch, parameters, adam, best: { epoch: 1, devLoss: 0.1 + random(), parameters: values() } }
}

describe('CheckpointFile', () => {
  let folder: string
  let file: CheckpointFile
  beforeEach(async () => {
    folder = path.join(await mkdtemp(path.join(os.tmpdir(), 'llimit-checkpoint-')), 'kept', 'component')
    file = new CheckpointFile(folder, 'key')
  })
  afterEach(() => rm(path.join(folder, '..', '..'), { recursive: true }))

  it('gives back what was written last, to the bit', async () => {
    for (const epoch of [1, 2, 3]) await file.write(checkpointAfter(epoch))
    expect(await file.read()).to.deep.equal(checkpointAfter(3))
    expect((await readdir(folder)).sort()).to.deep.equal(['checkpoint.json', 'epoch-3.safetensors'])
  })

  it('has nothing before the first epoch, nor after it was removed', async () => {
    expect(await file.read()).to.equal(undefined)
    await file.remove()
    await file.write(checkpointAfter(1))
    await file.remove()
    expect(await file.read()).to.equal(undefined)
    expect(await readdir(path.dirname(folder))).to.deep.equal([])
  })

  it('tells from which epoch it resumes, and nothing if there is nothing to resume', async () => {
    const told: number[] = []
    const events = { onResume: (epoch: number) => void told.push(epoch) }
    const watched = new CheckpointFile(folder, 'key', events)
    await watched.read()
    expect(told).to.deep.equal([])
    await watched.write(checkpointAfter(2))
    await new CheckpointFile(folder, 'other', events).read()
    expect(told).to.deep.equal([])
    await watched.read()
    expect(told).to.deep.equal([2])
  })

  it('is written by two processes at once, as if the same training is started twice', async () => {
    const twin = new CheckpointFile(folder, 'key')
    for (const epoch of [1, 2, 3]) {
      await Promise.all([file, twin, file, twin].map((each) => each.write(checkpointAfter(epoch))))
    }
    expect(await file.read()).to.deep.equal(checkpointAfter(3))
    expect((await readdir(folder)).sort()).to.deep.equal(['checkpoint.json', 'epoch-3.safetensors'])
  })

  it('does not resume another training', async () => {
    await file.write(checkpointAfter(1))
    expect(await new CheckpointFile(folder, 'other').read()).to.equal(undefined)
  })

  it('is as it was if writing was interrupted before the state names the new tensors', async () => {
    await file.write(checkpointAfter(1))
    await writeFile(path.join(folder, 'epoch-2.safetensors'), 'half')
    await writeFile(path.join(folder, 'checkpoint.json.new'), '{"key":')
    expect(await file.read()).to.deep.equal(checkpointAfter(1))
    await file.write(checkpointAfter(2))
    expect(await file.read()).to.deep.equal(checkpointAfter(2))
  })

  it('starts over if a file was damaged, and says why', async () => {
    const reasons: string[] = []
    const watched = new CheckpointFile(folder, 'key', { onDiscard: (reason) => void reasons.push(reason) })
    const tensors = path.join(folder, 'epoch-1.safetensors')
    const state = path.join(folder, 'checkpoint.json')
    const damages: Record<string, () => Promise<void>> = {
      'the state is cut off': () => truncate(state, 20),
      'the state lacks a field': () => writeFile(state, '{"key": "key", "epoch": 1}'),
      'the state is of an earlier version': async () => {
        const text = await readFile(state, 'utf8')
        await writeFile(state, text.replace('"format":2', '"format":1'))
      },
      'the tensors are gone': () => rm(tensors),
      'the tensors are cut off': () => truncate(tensors, 200),
      'the tensors are empty': () => truncate(tensors, 0),
      'a group of tensors is missing': async () =>
        writeFile(tensors, writeSafetensors(new Map([['parameters/kernel', parameter([2, 3])]]))),
    }
    for (const [name, damage] of Object.entries(damages)) {
      await file.write(checkpointAfter(1))
      await damage()
      expect(await watched.read(), name).to.equal(undefined)
    }
    expect(reasons).to.have.length(Object.keys(damages).length)
    expect(reasons[0]).to.match(/checkpoint\.json: expected JSON/)
    expect(reasons[1]).to.match(/checkpoint\.json: .*expected/)
    expect(reasons[2]).to.match(/checkpoint\.json: .*format/)
    expect(reasons.at(-1)).to.match(/epoch-1\.safetensors: expected tensors "best\/…", got none/)
  })

  it('says in its state what it is for', async () => {
    await file.write(checkpointAfter(1))
    const state: unknown = JSON.parse(await readFile(path.join(folder, 'checkpoint.json'), 'utf8'))
    expect(state).to.deep.include({ format: 2, key: 'key', epoch: 1, steps: 10 })
  })
})
