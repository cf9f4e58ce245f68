import { renameSync } from 'node:fs'
import { rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'

import { expect } from 'chai'

import { activate } from '../../src/savedModel/versions.js'
import { rejection } from '../rejection.js'
import { writeTrainedModel } from '../savedModels.js'
import { useRegistries } from './countingRegistries.js'

describe('Registry with versions', () => {
  const registries = useRegistries()
  const writeVersion = (name: string, seed: number) =>
    writeTrainedModel({ root: registries.root, name }, { seed, llms: ['a', 'b'] }, 'newVersion')

  it('serves a version by its number, from the folder of the name while it is the latest', async () => {
    for (const seed of [1, 2]) await writeVersion('mine', seed)
    const registry = registries.make()
    const versionOf = async (model: string) => {
      const { savedModel, release } = await registry.acquire(model)
      release()
      return savedModel.card.version
    }
    expect(await versionOf('dense_network/mine')).to.equal(2)
    expect(await versionOf('dense_network/mine@2')).to.equal(2)
    expect(registries.loads).to.deep.equal(['mine'])
    expect(await versionOf('dense_network/mine@1')).to.equal(1)
    expect(registries.loads).to.deep.equal(['mine', 'mine@1'])
    await writeVersion('mine', 3)
    expect(
      await Promise.all(['mine@2', 'mine', 'mine@1'].map((name) => versionOf(`dense_network/${name}`))),
    ).to.deep.equal([2, 3, 1])
    expect(await registry.cards.names()).to.deep.equal(
      ['mine', 'mine@1', 'mine@2'].map((name) => `dense_network/${name}`),
    )
  })

  it('names the versions there are if one is missing', async () => {
    for (const seed of [1, 2, 3]) await writeVersion('mine', seed)
    await rm(registries.directoryOf('mine@1'), { recursive: true })
    const registry = registries.make()
    for (const version of [1, 7]) {
      expect(await rejection(registry.acquire(`dense_network/mine@${version}`))).to.include({
        code: 'MODEL_NOT_FOUND',
        message: `Model not found: dense_network/mine@${version}; versions of dense_network/mine: 2, 3`,
      })
    }
    expect(await rejection(registry.acquire('dense_network/other@1'))).to.include({
      message: 'Model not found: dense_network/other@1',
    })
  })

  it('rejects a folder whose name and card do not agree on the version', async () => {
    await writeVersion('mine', 1)
    await rename(registries.directoryOf('mine'), registries.directoryOf('mine@4'))
    expect(String(await rejection(registries.make().acquire('dense_network/mine@4')))).to.match(
      /dense_network\/mine@4 cannot be used: Expected version 4, as the folder is called, in card\.json, got 1/,
    )
  })

  it('never answers a version with another one while the card of the latest is broken', async () => {
    for (const seed of [1, 2]) await writeVersion('mine', seed)
    const registry = registries.make()
    ;(await registry.acquire('dense_network/mine')).release()
    await writeFile(path.join(registries.directoryOf('mine'), 'card.json'), 'half')
    const { savedModel, release } = await registry.acquire('dense_network/mine@2')
    release()
    expect(savedModel.card.version).to.equal(2)
    expect(await rejection(registry.acquire('dense_network/mine@3'))).to.include({ code: 'MODEL_BROKEN' })
    const older = await registry.acquire('dense_network/mine@1')
    older.release()
    expect(older.savedModel.card.version).to.equal(1)
  })

  for (const asked of ['mine', 'mine@1']) {
    it(`serves ${asked} also if it is replaced while it is loaded for the first time`, async () => {
      await writeVersion('mine', 1)
      const registry = registries.make()
      registries.beforeLoad = () => writeVersion('mine', 2)
      const { savedModel, release } = await registry.acquire(`dense_network/${asked}`)
      release()
      expect(savedModel.card.version).to.equal(asked === 'mine' ? 2 : 1)
      expect(registries.loads).to.have.length(2)
    })
  }

  it('serves both versions to all who ask while one takes the place of the other', async () => {
    await writeVersion('mine', 1)
    const registry = registries.make()
    let writing = true
    const asking = Array.from({ length: 4 }, async (_, asker) => {
      const seen: number[] = []
      while (writing) {
        const { savedModel, release } = await registry.acquire(`dense_network/mine${asker % 2 ? '@1' : ''}`)
        seen.push(savedModel.card.version)
        release()
        await setTimeout(1)
      }
      return seen
    })
    for (const seed of [2, 3]) await writeVersion('mine', seed)
    writing = false
    const [latest, first] = await Promise.all(asking)
    expect(latest).to.deep.equal(latest?.toSorted((a, b) => a - b))
    expect(new Set(first)).to.deep.equal(new Set([1]))
  })

  it('fault 19: never misses a version while it is rolled back, by the command or by hand', async () => {
    for (const seed of [1, 2]) await writeVersion('mine', seed)
    const registry = registries.make()
    const place = { root: registries.root, type: 'dense_network', name: 'mine' } as const
    const seen = new Set<string>()
    let isMoving = true
    const asking = ['mine', 'mine@1', 'mine@2'].map(async (name) => {
      while (isMoving) {
        const { savedModel, release } = await registry.acquire(`dense_network/${name}`)
        seen.add(`${name} ${savedModel.card.version}`)
        release()
        await setTimeout(1)
      }
    })
    for (const version of [1, 2, 1, 2]) {
      await activate(place, version)
      await setTimeout(20)
    }
    await rm(registries.directoryOf('mine@2'), { recursive: true })
    // What the documentation said before there was a command.
    renameSync(registries.directoryOf('mine'), registries.directoryOf('mine@2'))
    await setTimeout(250)
    renameSync(registries.directoryOf('mine@1'), registries.directoryOf('mine'))
    await setTimeout(250)
    isMoving = false
    await Promise.all(asking)
    expect([...seen].sort()).to.deep.equal(['mine 1', 'mine 2', 'mine@1 1', 'mine@2 2'])
  })
})
