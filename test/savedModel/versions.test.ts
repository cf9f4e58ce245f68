import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'

import { expect } from 'chai'

import { listSavedModels } from '../../src/savedModel/listing.js'
import { readCard } from '../../src/savedModel/readCard.js'
import { activate, describeVersions, remove, rollback } from '../../src/savedModel/versions.js'
import { rejection } from '../rejection.js'
import { writeTrainedModel } from '../savedModels.js'

describe('versions of a saved model', () => {
  let root: string
  let parent: string
  const place = () => ({ root, type: 'dense_network' as const, name: 'mine' })
  const cardIn = async (folder: string) => (await readCard(path.join(parent, folder, 'card.json'))).card
  const folders = async () => (await readdir(parent)).sort()
  const conflict = async (doing: Promise<unknown>) => {
    const error = await rejection(doing)
    expect(error).to.include({ code: 'CONFLICT' })
    return String(error)
  }

  beforeEach(async () => {
    root = await mkdtemp(path.join(os.tmpdir(), 'llimit-versions-'))
    parent = path.join(root, 'dense_network')
    for (const seed of [1, 2, 3])
      await writeTrainedModel({ root, name: 'mine' }, { seed, llms: [`llm-${seed}`] }, 'newVersion')
  })
  afterEach(() => rm(root, { recursive: true }))

  it('are listed, the live one first, with what is wrong of one that is broken', async () => {
    await writeFile(path.join(parent, 'mine@1', 'card.json'), '{')
    const described = await describeVersions(await listSavedModels(root))
    expect(described.map(({ model, version, isLive, llms }) => [model, version, isLive, llms])).to.deep.equal(
      [
        ['dense_network/mine', 3, true, 1],
        ['dense_network/mine@1', null, false, null],
        ['dense_network/mine@2', 2, false, 1],
      ],
    )
    expect(described[1]?.error).to.match(/card\.json: expected JSON/)
  })

  it('fault 19: take the place of the live one, and stay where they are', async () => {
    expect(await activate(place(), 1)).to.equal(3)
    expect(await folders()).to.deep.equal(['mine', 'mine@1', 'mine@2', 'mine@3'])
    expect(await cardIn('mine')).to.deep.equal(await cardIn('mine@1'))
    expect((await cardIn('mine@3')).llms).to.deep.equal(['llm-3'])
    expect(await activate(place(), 1)).to.equal(1)
    expect(await activate(place(), 3)).to.equal(1)
    expect((await cardIn('mine')).llms).to.deep.equal(['llm-3'])
    expect(await folders()).to.deep.equal(['mine', 'mine@1', 'mine@2', 'mine@3'])
    const [live, kept] = await Promise.all(
      ['mine', 'mine@3'].map((folder) => readFile(path.join(parent, folder, 'weights.bin'))),
    )
    expect(live?.equals(kept ?? Buffer.alloc(0))).to.equal(true)
  })

  it('are rolled back one after the other, until there is none', async () => {
    expect(await rollback(place())).to.deep.equal({ before: 3, now: 2 })
    expect(await rollback(place())).to.deep.equal({ before: 2, now: 1 })
    expect(await conflict(rollback(place()))).to.match(
      /dense_network\/mine is version 1: expected a version before it, found none/,
    )
    expect(
      (await writeTrainedModel({ root, name: 'mine' }, { seed: 4, llms: ['llm-4'] }, 'replace')).version,
    ).to.equal(4)
  })

  it('are made live also if none is, as after a crash between the two renames', async () => {
    await rename(path.join(parent, 'mine'), path.join(parent, 'mine@3'))
    expect(await activate(place(), 2)).to.equal(undefined)
    expect((await cardIn('mine')).version).to.equal(2)
  })

  it('are made live also if the live one is damaged, which is kept out of sight', async () => {
    await writeFile(path.join(parent, 'mine', 'card.json'), '{')
    expect(await conflict(rollback(place()))).to.match(
      /expected a live version whose card can be read, got card\.json: .*; activate another one/,
    )
    expect(await activate(place(), 2)).to.equal(undefined)
    expect((await cardIn('mine')).version).to.equal(2)
    const [hidden, ...visible] = await folders()
    expect(visible).to.deep.equal(['mine', 'mine@1', 'mine@2'])
    expect(hidden).to.match(/^\.damaged-mine-/)
    expect(await readFile(path.join(parent, String(hidden), 'mine', 'card.json'), 'utf8')).to.equal('{')
  })

  it('are not made live if a file is not the one of the card', async () => {
    await writeFile(path.join(parent, 'mine@1', 'weights.bin'), 'cut')
    const error = await rejection(activate(place(), 1))
    expect(error).to.include({ code: 'MODEL_BROKEN' })
    expect(String(error)).to.match(/Expected sha256 [0-9a-f]{64} of weights\.bin, as card\.json says, got/)
    expect(await folders()).to.deep.equal(['mine', 'mine@1', 'mine@2'])
    expect((await cardIn('mine')).version).to.equal(3)
  })

  it('are not confused with another model of the same number', async () => {
    await activate(place(), 1)
    const card = { ...(await cardIn('mine')), llms: ['other'] }
    await writeFile(path.join(parent, 'mine', 'card.json'), JSON.stringify(card))
    expect(await conflict(activate(place(), 2))).to.match(
      /has the version of .*mine@1, and is another model; remove one of them/,
    )
    expect((await cardIn('mine')).llms).to.deep.equal(['other'])
  })

  it('are named if one is asked for that is not there', async () => {
    expect(await conflict(activate(place(), 7))).to.match(
      /expected a version of dense_network\/mine, which are 1, 2, 3, got 7/,
    )
    expect(await conflict(activate({ ...place(), name: 'none' }, 1))).to.match(/which are none, got 1/)
    expect(await conflict(remove(place(), 7))).to.match(/which are 1, 2, 3, got 7/)
  })

  it('are removed one by one, but for the live one, or all together', async () => {
    expect(await remove(place(), 1)).to.deep.equal([path.join(parent, 'mine@1')])
    expect(await conflict(remove(place(), 3))).to.match(
      /mine@3 is the live version; activate another one first, or remove all/,
    )
    expect(await folders()).to.deep.equal(['mine', 'mine@2'])
    expect(await remove(place(), 'all')).to.have.length(2)
    expect(await folders()).to.deep.equal([])
    expect(await conflict(remove(place(), 'all'))).to.match(/expected a saved model, found none/)
  })
})
