import { createHash } from 'node:crypto'
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'

import { expect } from 'chai'

import { readCard } from '../../src/savedModel/readCard.js'
import { checkPlace, writeSavedModel } from '../../src/savedModel/writeSavedModel.js'
import type { CardContents, IfTaken } from '../../src/savedModel/writeSavedModel.js'
import { rejection } from '../rejection.js'

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

function contents(llm: string): CardContents {
  return {
    format_version: 1,
    type: 'dense_network',
    encoder: { name: 'e', dimension: 4, sha256: sha256('e') },
    features: { version: 'seed' },
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

  const write = (llm: string, ifTaken: IfTaken, name = 'mine') =>
    writeSavedModel({ root, name }, contents(llm), new Map([['model.json', Buffer.from(llm)]]), ifTaken)
  const cardIn = async (folder: string) => (await readCard(path.join(parent, folder, 'card.json'))).card
  const refused = async (writing: Promise<unknown>) => {
    const error = await rejection(writing)
    expect(error).to.include({ code: 'INVALID_REQUEST' })
    return String(error)
  }

  it('writes files and a card with their checksums, and nothing else', async () => {
    const { directory, card } = await write('a', 'refuse')
    expect(directory).to.equal(path.join(parent, 'mine'))
    expect(card).to.deep.include({ version: 1, llms: ['a'], files: { 'model.json': sha256('a') } })
    expect(await cardIn('mine')).to.deep.equal(card)
    expect(await readFile(path.join(directory, 'model.json'), 'utf8')).to.equal('a')
    expect(await readdir(parent)).to.deep.equal(['mine'])
  })

  it('leaves what is there where it may not take the place', async () => {
    const { card } = await write('a', 'refuse')
    expect(await refused(write('b', 'refuse'))).to.match(
      /mine exists already; give --replace or another --name/,
    )
    expect(await cardIn('mine')).to.deep.equal(card)
    expect(await readdir(parent)).to.deep.equal(['mine'])
  })

  it('replaces, and counts the version up all the same', async () => {
    await write('a', 'refuse')
    expect((await write('b', 'replace')).card.version).to.equal(2)
    expect((await cardIn('mine')).llms).to.deep.equal(['b'])
    expect(await readdir(parent)).to.deep.equal(['mine'])
  })

  it('puts back what a writer that was killed had moved away', async () => {
    const { card } = await write('a', 'refuse')
    await write('x', 'refuse', 'mine.2')
    const staging = path.join(parent, '.writing-killed')
    await cp(path.join(parent, 'mine'), path.join(staging, 'new'), { recursive: true })
    await rename(path.join(parent, 'mine'), path.join(staging, 'old-mine'))
    await write('y', 'refuse', 'another')
    expect(await readdir(staging), 'nothing to do with another name').to.have.length(2)

    expect(await refused(write('b', 'refuse'))).to.match(/mine exists already/)
    expect(await cardIn('mine')).to.deep.equal(card)
    expect((await readdir(parent)).sort()).to.deep.equal(['another', 'mine', 'mine.2'])
    expect((await write('b', 'replace')).card.version, 'counted on').to.equal(2)
  })

  it('keeps every older version beside the new one', async () => {
    for (const llm of ['a', 'b', 'c']) await write(llm, 'newVersion')
    expect((await readdir(parent)).sort()).to.deep.equal(['mine', 'mine@1', 'mine@2'])
    const cards = await Promise.all(['mine@1', 'mine@2', 'mine'].map(cardIn))
    expect(cards.map(({ version, llms }) => [version, llms[0]])).to.deep.equal([
      [1, 'a'],
      [2, 'b'],
      [3, 'c'],
    ])
  })

  it('never gives a version twice, also where the latest is gone', async () => {
    for (const llm of ['a', 'b', 'c']) await write(llm, 'newVersion')
    await rm(path.join(parent, 'mine'), { recursive: true })
    expect((await write('d', 'refuse')).card.version).to.equal(3)
    expect((await write('e', 'newVersion')).card.version).to.equal(4)
    expect((await write('x', 'newVersion', 'min')).card.version).to.equal(1)
  })

  it('does not write over a version that is kept already, nor keep one that has no card', async () => {
    await write('a', 'refuse')
    await mkdir(path.join(parent, 'mine@1'))
    expect(await refused(write('b', 'newVersion'))).to.match(/mine is version 1, but .*mine@1 exists already/)
    await writeFile(path.join(parent, 'mine', 'card.json'), '{}')
    expect(await refused(write('b', 'newVersion'))).to.match(
      /mine cannot be kept as an older version: its card.json cannot be used/,
    )
    expect((await readdir(parent)).sort()).to.deep.equal(['mine', 'mine@1'])
    expect((await write('b', 'replace')).card.version).to.equal(2)
  })

  it('names the folder where it cannot be written to', async () => {
    await writeFile(parent, 'a file')
    expect(await refused(checkPlace({ root, name: 'mine' }, 'dense_network', 'refuse'))).to.match(
      /dense_network cannot be written to: /,
    )
  })

  it('refuses a name that could be taken for a version or a path', async () => {
    for (const name of ['mine@2', '../mine', '.mine', '']) {
      expect(await refused(write('a', 'replace', name))).to.include(`it is ${JSON.stringify(name)}`)
    }
  })

  it('refuses a card that could not be read back', async () => {
    const card = contents('a')
    card.reference.scores = [[NaN]]
    const error = await rejection(
      writeSavedModel({ root, name: 'mine' }, card, new Map([['model.json', Buffer.from('a')]]), 'refuse'),
    )
    expect(String(error)).to.match(/card.json does not fit: reference.scores.0.0/)
    expect(await readdir(parent)).to.deep.equal([])
  })
})
