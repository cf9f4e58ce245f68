import { readFile } from 'node:fs/promises'
import path from 'node:path'

import { expect } from 'chai'

import type { Catalogue } from '../../src/catalogue/catalogue.js'
import { NameResolver } from '../../src/catalogue/nameResolver.js'
import { repositoryRoot } from '../repository.js'
import { CLOSED_IDS } from './closedIds.js'
import { OPEN_IDS } from './openIds.js'
import { shippedCatalogue } from './shipped.js'

const IDS = [...CLOSED_IDS, ...OPEN_IDS]

/** Parameters in billions that a name mentions, read without the code under test. */
const sizesOf = (name: string) =>
  [...name.toLowerCase().matchAll(/(?<![a-z\d.])((?:\d+x)?\d+(?:\.\d+)?)b(?![a-z\d])/g)].map(
    ([, size]) => size,
  )

describe('ids of providers', () => {
  let catalogue: Catalogue
  before(async () => {
    catalogue = await shippedCatalogue()
  })

  it('are more than two hundred, each listed once', () => {
    expect(IDS.length).to.be.greaterThan(200)
    expect(new Set(IDS.map(([id]) => id)).size).to.equal(IDS.length)
  })

  it('become the LLM that they are, or stay unknown', () => {
    const resolver = new NameResolver([...catalogue.keys()], catalogue)
    const found = IDS.map(([id]) => [id, resolver.resolve(id) ?? null])
    expect(found).to.deep.equal(IDS)
  })

  it('become no other family or size among the LLMs of the shipped default', async () => {
    const file = path.join(repositoryRoot, 'saved_models/dense_network/default/card.json')
    const { llms } = JSON.parse(await readFile(file, 'utf8')) as { llms: string[] }
    const resolver = new NameResolver(llms, catalogue)
    let resolved = 0
    for (const [id, llm] of IDS) {
      const found = resolver.resolve(id)
      if (found === undefined) continue
      resolved++
      expect(llm, id).to.not.equal(null)
      expect(catalogue.get(found)?.family, id).to.equal(catalogue.get(llm ?? '')?.family)
      // A name without a size is of a family that has one size.
      const sizes = sizesOf(found)
      if (sizes.length > 0 && sizesOf(id).length > 0) expect(sizes, id).to.deep.equal(sizesOf(id))
    }
    expect(resolved).to.be.greaterThan(60)
  })
})
