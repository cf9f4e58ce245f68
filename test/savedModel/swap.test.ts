import { cp, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'

import { expect } from 'chai'

import { Cards } from '../../src/registry/cards.js'
import { listSavedModels } from '../../src/savedModel/listing.js'
import { readCard } from '../../src/savedModel/readCard.js'
import { activate, remove, rollback } from '../../src/savedModel/versions.js'
import { rejection } from '../rejection.js'
import { writeTrainedModel } from '../savedModels.js'

describe('two commands that change one saved model', () => {
  let root: string
  let parent: string
  const place = () => ({ root, type: 'dense_network' as const, name: 'mine' })
  const write = (seed: number, onConflict: 'replace' | 'newVersion' | 'aside') =>
    writeTrainedModel({ root, name: 'mine' }, { seed, llms: [`llm-${seed}`] }, onConflict)
  const cardIn = async (folder: string) => (await readCard(path.join(parent, folder, 'card.json'))).card
  const folders = async () => (await readdir(parent)).sort()

  beforeEach(async () => {
    root = await mkdtemp(path.join(os.tmpdir(), 'llimit-swap-'))
    parent = path.join(root, 'dense_network')
    for (const seed of [1, 2, 3]) await write(seed, 'newVersion')
  })
  afterEach(() => rm(root, { recursive: true }))

  /** As a command leaves it that is killed between its two renames. */
  async function killBetweenRenames(old: string): Promise<void> {
    const staging = path.join(parent, '.writing-killed')
    await cp(path.join(parent, 'mine@1'), path.join(staging, 'next-mine'), { recursive: true })
    await rename(path.join(parent, 'mine'), path.join(parent, old))
  }

  for (const old of ['mine@3', '.writing-killed/old-mine']) {
    it(`leave one to be served if they are killed after the live one went to ${old}`, async () => {
      await killBetweenRenames(old)
      expect([...(await listSavedModels(root)).keys()][0]).to.equal('dense_network/mine')
      // A server that was started since then.
      const cards = new Cards(root)
      expect((await cards.get('dense_network/mine')).card.llms).to.deep.equal(['llm-1'])
      expect((await cards.get('dense_network/mine@2')).card.llms).to.deep.equal(['llm-2'])
      await activate(place(), 2)
      expect((await cards.get('dense_network/mine')).card.llms).to.deep.equal(['llm-2'])
      expect(await folders()).to.include.members(['mine', 'mine@1', 'mine@2'])
      expect(await folders()).to.not.include('.writing-killed')
    })
  }

  it('have the next one do what one that was killed was about to do, whichever it is', async () => {
    await killBetweenRenames('mine@3')
    expect(String(await rejection(rollback(place())))).to.match(/is version 1: expected a version before it/)
    expect((await cardIn('mine')).llms).to.deep.equal(['llm-1'])
    await remove(place(), 'all')
    expect(await folders()).to.deep.equal([])
  })

  it('leave nothing that brings back what was removed', async () => {
    await cp(path.join(parent, 'mine'), path.join(parent, '.writing-killed', 'old-mine'), { recursive: true })
    await cp(path.join(parent, 'mine'), path.join(parent, '.writing-other', 'next-mine'), { recursive: true })
    await remove(place(), 'all')
    expect(await folders()).to.deep.equal([])
    expect([...(await listSavedModels(root)).keys()]).to.deep.equal([])
  })

  it('both do what they are to do, and neither loses a version nor gives one twice', async () => {
    const changes = [
      ...[4, 5, 6].map((seed) => write(seed, 'newVersion')),
      ...[7, 8].map((seed) => write(seed, 'aside')),
      ...[1, 2].map((version) => activate(place(), version)),
    ]
    const results = await Promise.allSettled(changes)
    expect(results.filter(({ status }) => status === 'rejected')).to.deep.equal([])
    const names = await folders()
    expect(names.filter((name) => name.startsWith('.'))).to.deep.equal([])
    const archived = await Promise.all(names.filter((name) => name.includes('@')).map(cardIn))
    const all = [...archived, await cardIn('mine')].map(({ version, llms }) => `${version} ${llms.join()}`)
    const distinct = [...new Set(all)].map((one) => one.split(' '))
    expect(new Set(distinct.map(([version]) => version)).size, 'no version twice').to.equal(8)
    const llms = distinct.map(([, llm]) => llm).sort()
    expect(llms).to.deep.equal([1, 2, 3, 4, 5, 6, 7, 8].map((seed) => `llm-${seed}`))
  })

  it('replace one another, the versions counted on', async () => {
    const written = await Promise.all([4, 5, 6, 7].map((seed) => write(seed, 'replace')))
    const versions = written.map((card) => card.version)
    expect(new Set(versions).size).to.equal(4)
    expect((await cardIn('mine')).version).to.equal(Math.max(...versions))
    expect(await folders()).to.deep.equal(['mine', 'mine@1', 'mine@2'])
  })

  it('go on after a version that a killed one was to write', async () => {
    await mkdir(path.join(parent, '.writing-mine@4', 'new'), { recursive: true })
    expect((await write(4, 'newVersion')).version).to.equal(5)
  })

  it('archive no version that is archived already, as after a rollback', async () => {
    await rollback(place())
    expect((await write(4, 'newVersion')).version).to.equal(4)
    expect(await folders()).to.deep.equal(['mine', 'mine@1', 'mine@2', 'mine@3'])
  })
})
