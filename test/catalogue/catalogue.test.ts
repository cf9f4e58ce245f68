import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'

import { expect } from 'chai'

import { readCatalogue } from '../../src/catalogue/catalogue.js'
import { flat } from '../../src/catalogue/spellings.js'
import { rejection } from '../rejection.js'
import { readCard } from '../../src/savedModel/readCard.js'
import { repositoryRoot } from '../repository.js'
import { shippedCatalogue } from './shipped.js'

describe('the shipped catalogue', () => {
  it('has every LLM of the shipped default', async () => {
    const catalogue = await shippedCatalogue()
    const file = path.join(repositoryRoot, 'saved_models/dense_network/default/card.json')
    const { card } = await readCard(file)
    expect(card.llms.filter((name) => !catalogue.has(name))).to.deep.equal([])
    expect(catalogue.size).to.be.greaterThan(500)
  })

  it('calls no LLM by the name of another', async () => {
    const catalogue = await shippedCatalogue()
    const own = new Set([...catalogue.keys()].map(flat))
    for (const { name, aliases = [], providers = {} } of catalogue.values()) {
      for (const other of [...aliases, ...Object.values(providers).flat()]) {
        const isAnother = flat(other) !== flat(name) && own.has(flat(other))
        // One LLM that the data know by two names.
        if (isAnother) expect([name, other]).to.deep.equal(['qwen-turbo-2025-04-28', 'qwen-turbo-0428'])
      }
    }
  })
})

describe('readCatalogue', () => {
  let folders: string[]
  beforeEach(async () => {
    const make = () => mkdtemp(path.join(os.tmpdir(), 'llimit-test-'))
    folders = [await make(), await make()]
  })
  afterEach(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))))

  const write = (folder: number, entries: unknown) =>
    writeFile(path.join(folders[folder] ?? '', 'llms.json'), JSON.stringify(entries))

  it('reads each folder that has one, an earlier folder before a later one', async () => {
    expect((await readCatalogue(folders)).size).to.equal(0)
    await write(1, [{ name: 'a', maker: 'Later' }, { name: 'b' }])
    await write(0, [{ name: 'a', maker: 'Earlier' }])
    expect([...(await readCatalogue(folders)).values()]).to.have.deep.members([
      { name: 'a', maker: 'Earlier' },
      { name: 'b' },
    ])
  })

  it('names the field of an invalid entry', async () => {
    await write(0, [{ name: 'a', released: 'May' }])
    const error = await rejection(readCatalogue(folders))
    expect(error).to.include({
      code: 'INVALID_FILE',
      message: 'llms.json: [0].released: expected YYYY-MM or YYYY-MM-DD, got "May"',
    })
  })
})
