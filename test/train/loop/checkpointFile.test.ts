import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'

import { expect } from 'chai'

import { writeSafetensors } from '../../../src/tensor/writeSafetensors.js'
import { initialState } from '../../../src/train/autodiff/adamW.js'
import { parameter } from '../../../src/train/autodiff/parameters.js'
import { ProgressFile } from '../../../src/train/loop/checkpointFile.js'
import { createRandom, gaussian } from '../../../src/numeric/random.js'
import type { Progress } from '../../../src/train/loop/trainComponent.js'

/** A state after `epoch` epochs, with values of every kind that a parameter may have. */
function progressAfter(epoch: number): Progress {
  const random = createRandom(epoch)
  const values = () =>
    new Map([
      ['kernel', parameter([2, 3], () => gaussian(random))],
      ['bias', parameter([3], () => 1e-30 * gaussian(random))],
    ])
  const parameters = values()
  const adam = initialState(parameters)
  for (const moments of [adam.first, adam.second]) for (const data of moments.values()) data.fill(random())
  adam.steps = 10 * epoch
  return { epoch, parameters, adam, best: { epoch: 1, devLoss: 0.1 + random(), parameters: values() } }
}

describe('ProgressFile', () => {
  let folder: string
  let file: ProgressFile
  beforeEach(async () => {
    folder = path.join(await mkdtemp(path.join(os.tmpdir(), 'llimit-progress-')), 'kept', 'part')
    file = new ProgressFile(folder, 'key')
  })
  afterEach(() => rm(path.join(folder, '..', '..'), { recursive: true }))

  it('gives back what was written last, to the bit', async () => {
    for (const epoch of [1, 2, 3]) await file.write(progressAfter(epoch))
    expect(await file.read()).to.deep.equal(progressAfter(3))
    expect((await readdir(folder)).sort()).to.deep.equal(['epoch-3.safetensors', 'progress.json'])
  })

  it('has nothing before the first epoch, nor after it was removed', async () => {
    expect(await file.read()).to.equal(undefined)
    await file.remove()
    await file.write(progressAfter(1))
    await file.remove()
    expect(await file.read()).to.equal(undefined)
    expect(await readdir(path.dirname(folder))).to.deep.equal([])
  })

  it('tells after which epoch it goes on, and nothing where there is nothing to take up', async () => {
    const told: number[] = []
    const watched = new ProgressFile(folder, 'key', (epoch) => told.push(epoch))
    await watched.read()
    expect(told).to.deep.equal([])
    await watched.write(progressAfter(2))
    await new ProgressFile(folder, 'other', (epoch) => told.push(epoch)).read()
    expect(told).to.deep.equal([])
    await watched.read()
    expect(told).to.deep.equal([2])
  })

  it('is written by two processes at once, as where the same training is started twice', async () => {
    const twin = new ProgressFile(folder, 'key')
    for (const epoch of [1, 2, 3]) {
      await Promise.all([file, twin, file, twin].map((each) => each.write(progressAfter(epoch))))
    }
    expect(await file.read()).to.deep.equal(progressAfter(3))
    expect((await readdir(folder)).sort()).to.deep.equal(['epoch-3.safetensors', 'progress.json'])
  })

  it('does not take up another training', async () => {
    await file.write(progressAfter(1))
    expect(await new ProgressFile(folder, 'other').read()).to.equal(undefined)
  })

  it('is as it was where writing was interrupted before the state names the new tensors', async () => {
    await file.write(progressAfter(1))
    await writeFile(path.join(folder, 'epoch-2.safetensors'), 'half')
    await writeFile(path.join(folder, 'progress.json.new'), '{"key":')
    expect(await file.read()).to.deep.equal(progressAfter(1))
    await file.write(progressAfter(2))
    expect(await file.read()).to.deep.equal(progressAfter(2))
  })

  it('begins anew where a file was damaged', async () => {
    const tensors = path.join(folder, 'epoch-1.safetensors')
    const state = path.join(folder, 'progress.json')
    const damages: Record<string, () => Promise<void>> = {
      'the state is cut off': () => truncate(state, 20),
      'the state lacks a field': () => writeFile(state, '{"key": "key", "epoch": 1}'),
      'the tensors are gone': () => rm(tensors),
      'the tensors are cut off': () => truncate(tensors, 200),
      'the tensors are empty': () => truncate(tensors, 0),
      'a group of tensors is missing': async () =>
        writeFile(tensors, writeSafetensors(new Map([['parameters/kernel', parameter([2, 3])]]))),
    }
    for (const [name, damage] of Object.entries(damages)) {
      await file.write(progressAfter(1))
      await damage()
      expect(await file.read(), name).to.equal(undefined)
    }
  })

  it('says in its state what it is for', async () => {
    await file.write(progressAfter(1))
    const state: unknown = JSON.parse(await readFile(path.join(folder, 'progress.json'), 'utf8'))
    expect(state).to.deep.include({ key: 'key', epoch: 1, steps: 10 })
  })
})
