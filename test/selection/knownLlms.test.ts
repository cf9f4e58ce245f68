import { expect } from 'chai'

import { PriceTable } from '../../src/catalogue/priceTable.js'
import { modelDescription } from '../../src/http/openapi/examples.js'
import { KnownLlms } from '../../src/selection/knownLlms.js'
import { rejection } from '../rejection.js'

describe('KnownLlms', () => {
  const { card } = modelDescription
  const entry = { name: 'llama-3.1-8b-instruct', maker: 'Meta', aliases: ['llama-8'] }
  const table = (provider: string, names: string[]) =>
    new PriceTable({
      asOf: '2026-01-02',
      entries: [{ provider, names, input_price: 1, output_price: 2, context_limit: 9 }],
    })
  let reads = 0
  const known = new KnownLlms(new Map([[entry.name, entry]]), () => {
    reads += 1
    return Promise.resolve({ file: undefined, shipped: table('openai', ['gpt-4o-2024-05-13']) })
  })

  it('describes the LLMs of a card in its order, also those that the catalogue does not have', async () => {
    const price = {
      input_price: 1,
      output_price: 2,
      source: 'table',
      listed_as: 'openai/gpt-4o-2024-05-13',
      as_of: '2026-01-02',
    }
    expect(await known.describe(card)).to.deep.equal([
      { name: 'gpt-4o-2024-05-13', context_limit: 9, price, outcomes: null },
      { ...entry, outcomes: null },
    ])
    const interval = { level: 0.9, base: 0.3, sparse: 1.5, unfamiliar: 0.8 }
    const evidence = { regions: 1, outcomes: [61, 7], familiarity: [0, 1], interval }
    const described = await known.describe({ ...card, evidence })
    expect(described.map(({ outcomes }) => outcomes)).to.deep.equal([61, 7])
    expect(reads).to.equal(1)
  })

  it('says that a card is broken whose outcomes are those of other LLMs', async () => {
    const interval = { level: 0.9, base: 0.3, sparse: 1.5, unfamiliar: 0.8 }
    const evidence = { regions: 1, outcomes: [61], familiarity: [0, 1], interval }
    expect(await rejection(known.describe({ ...card, evidence }))).to.include({
      code: 'MODEL_BROKEN',
      message: 'Expected evidence.outcomes of 2 LLMs in card.json, got 1',
    })
  })

  it('makes the resolver of a list of LLMs once, by the catalogue', () => {
    const resolver = known.resolverOf(card)
    expect(known.resolverOf(card)).to.equal(resolver)
    expect(known.resolverOf({ ...card, llms: [...card.llms] })).to.equal(resolver)
    expect(known.resolverOf({ ...card, llms: card.llms.slice(1) })).to.not.equal(resolver)
    expect(resolver.resolve('llama-8')).to.equal('llama-3.1-8b-instruct')
  })
})
