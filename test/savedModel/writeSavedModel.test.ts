import { createHash } from 'node:crypto'
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'

import { expect } from 'chai'

import { readCard } from '../../src/savedModel/readCard.js'
import { prepareDestination } from '../../src/savedModel/destination.js'
import type { OnConflict } from '../../src/savedModel/destination.js'
import { writeSavedModel } from '../../src/savedModel/writeSavedModel.js'
import type { CardContents } from '../../src/savedModel/writeSavedModel.js'
import { rejection } from '../rejection.js'

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

function contents(llm: string): CardContents {
  return {
    format_version: 1,
    type: 'dense_network',
    encoder: { name: 'e', dimension: 4, sha256: sha256('e') },
    features: { version: 'v1' },
    llms: [llm],
    network: { hidden: [2], llm_embedding_dimension: 1, activation: { type: 'relu' } },
    output: 'probability',
    origin: { source: 'test', sha256: sha256('t'), description: '' },
    reference: { prompts: ['x'], llms: [llm], scores: [[0.5]], tolerance: 1 },
  }
}

describe('writeSavedModel', () => {
  let root: string
  let parent: string
  beforeEach(async () => {
    root = await mkdtemp(path.join(os.tmpdir(), 'llimit-write-'))
    parent = path.join(root, 'dense_network')
  })
  afterEach(() => rm(root, { recursive: true }))

  const write = (llm: string, onConflict: OnConflict, name = 'mine') =>
    writeSavedModel({ root, name }, contents(llm), new Map([['model.json', Buffer.from(llm)]]), onConflict)
  const cardIn = async (folder: string) => (await readCard(path.join(parent, folder, 'card.json'))).card
  const rejected = async (writing: Promise<unknown>, code = 'CONFLICT') => {
    const error = await rejection(writing)
    expect(error).to.include({ code })
    return String(error)
  }

  it('writes files and a card with their checksums, and nothing else', async () => {
    const { directory, card } = await write('a', 'reject')
    expect(directory).to.equal(path.join(parent, 'mine'))
    expect(card).to.deep.include({ version: 1, llms: ['a'], files: { 'model.json': sha256('a') } })
    expect(await cardIn('mine')).to.deep.equal(card)
    expect(await readFile(path.join(directory, 'model.json'), 'utf8')).to.equal('a')
    expect(await readdir(parent)).to.deep.equal(['mine'])
  })

  it('fault 26: writes a version that is not live, next to the live one or where there is none', async () => {
    const first = await write('a', 'aside')
    expect(first.directory).to.equal(path.join(parent, 'mine@1'))
    await write('b', 'reject')
    const { directory, card } = await write('c', 'aside')
    expect([directory, card.version]).to.deep.equal([path.join(parent, 'mine@3'), 3])
    expect((await cardIn('mine')).llms).to.deep.equal(['b'])
    expect(await readdir(parent)).to.have.members(['mine', 'mine@1', 'mine@3'])
  })

  it('leaves what is there if it may not replace it', async () => {
    const { card } = await write('a', 'reject')
    expect(await rejected(write('b', 'reject'))).to.match(
      /mine already exists; use --replace or choose another --name/,
    )
    expect(await cardIn('mine')).to.deep.equal(card)
    expect(await readdir(parent)).to.deep.equal(['mine'])
  })

  it('replaces, and counts the version up all the same', async () => {
    await write('a', 'reject')
    expect((await write('b', 'replace')).card.version).to.equal(2)
    expect((await cardIn('mine')).llms).to.deep.equal(['b'])
    expect(await readdir(parent)).to.deep.equal(['mine'])
  })

  it('recovers what a writer that was killed had moved away', async () => {
    const { card } = await write('a', 'reject')
    await write('x', 'reject', 'mine.2')
    const staging = path.join(parent, '.writing-killed')
    await cp(path.join(parent, 'mine'), path.join(staging, 'new'), { recursive: true })
    await rename(path.join(parent, 'mine'), path.join(staging, 'old-mine'))
    await write('y', 'reject', 'another')
    expect(await readdir(staging), 'nothing to do with another name').to.have.length(2)

    expect(await rejected(write('b', 'reject'))).to.match(/mine already exists/)
    expect(await cardIn('mine')).to.deep.equal(card)
    expect((await readdir(parent)).sort()).to.deep.equal(['another', 'mine', 'mine.2'])
    expect((await write('b', 'replace')).card.version, 'counted on').to.equal(2)
  })

  it('archives every older version next to the new one', async () => {
    for (const llm of ['a', 'b', 'c']) await write(llm, 'newVersion')
    expect((await readdir(parent)).sort()).to.deep.equal(['mine', 'mine@1', 'mine@2'])
    const cards = await Promise.all(['mine@1', 'mine@2', 'mine'].map(cardIn))
    expect(cards.map(({ version, llms }) => [version, llms[0]])).to.deep.equal([
      [1, 'a'],
      [2, 'b'],
      [3, 'c'],
    ])
  })

  it('never gives a version twice, even if the latest is gone', async () => {
    for (const llm of ['a', 'b', 'c']) await write(llm, 'newVersion')
    await rm(path.join(parent, 'mine'), { recursive: true })
    expect((await write('d', 'reject')).card.version).to.equal(3)
    expect((await write('e', 'newVersion')).card.version).to.equal(4)
    expect((await write('x', 'newVersion', 'min')).card.version).to.equal(1)
  })

  it('does not write over an archived version, nor archive one that has no card', async () => {
    await write('a', 'reject')
    await mkdir(path.join(parent, 'mine@1'))
    expect(await rejected(write('b', 'newVersion'))).to.match(
      /mine is version 1, but .*mine@1 already exists/,
    )
    await writeFile(path.join(parent, 'mine', 'card.json'), '{}')
    expect(await rejected(write('b', 'newVersion'))).to.match(
      /mine cannot be archived as an older version, since its card.json cannot be read/,
    )
    expect((await readdir(parent)).sort()).to.deep.equal(['mine', 'mine@1'])
    expect((await write('b', 'replace')).card.version).to.equal(2)
  })

  it('names the folder if it cannot be written to', async () => {
    await writeFile(parent, 'a file')
    expect(
      await rejected(prepareDestination({ root, name: 'mine' }, 'dense_network', 'reject'), 'INVALID_FILE'),
    ).to.match(/dense_network cannot be written to: /)
  })

  it('rejects a name that could be taken for a version or a path', async () => {
    for (const name of ['mine@2', '../mine', '.mine', '']) {
      expect(await rejected(write('a', 'replace', name), 'INVALID_ARGUMENT')).to.include(
        `got ${JSON.stringify(name)}`,
      )
    }
  })

  it('rejects a card that could not be read back', async () => {
    const card = contents('a')
    card.reference.scores = [[NaN]]
    const error = await rejection(
      writeSavedModel({ root, name: 'mine' }, card, new Map([['model.json', Buffer.from('a')]]), 'reject'),
    )
    expect(String(error)).to.match(/card.json: reference.scores\[0\]\[0\]: expected number, got null/)
    expect(await readdir(parent)).to.deep.equal([])
  })
})
