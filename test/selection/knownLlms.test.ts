import { expect } from 'chai'

import { modelDescription } from '../../src/http/openapi/examples.js'
import { KnownLlms } from '../../src/selection/knownLlms.js'
import { thrownBy } from '../rejection.js'

describe('KnownLlms', () => {
  const { card } = modelDescription
  const entry = { name: 'llama-3.1-8b-instruct', maker: 'Meta', aliases: ['llama-8'] }
  const known = new KnownLlms(new Map([[entry.name, entry]]))

  it('describes the LLMs of a card in its order, also those that the catalogue does not have', () => {
    expect(known.describe(card)).to.deep.equal([
      { name: 'gpt-4o-2024-05-13', outcomes: null },
      { ...entry, outcomes: null },
    ])
    const interval = { level: 0.9, base: 0.3, sparse: 1.5, unfamiliar: 0.8 }
    const evidence = { regions: 1, outcomes: [61, 7], familiarity: [0, 1], interval }
    expect(known.describe({ ...card, evidence }).map(({ outcomes }) => outcomes)).to.deep.equal([61, 7])
  })

  it('says that a card is broken whose outcomes are those of other LLMs', () => {
    const interval = { level: 0.9, base: 0.3, sparse: 1.5, unfamiliar: 0.8 }
    const evidence = { regions: 1, outcomes: [61], familiarity: [0, 1], interval }
    expect(thrownBy(() => known.describe({ ...card, evidence }))).to.include({
      code: 'MODEL_BROKEN',
      message: 'Expected evidence.outcomes of 2 LLMs in card.json, got 1',
    })
  })

  it('makes the resolver of a card once, by the catalogue', () => {
    const resolver = known.resolverOf(card)
    expect(known.resolverOf(card)).to.equal(resolver)
    expect(known.resolverOf({ ...card, llms: [...card.llms] })).to.not.equal(resolver)
    expect(resolver.resolve('llama-8')).to.equal('llama-3.1-8b-instruct')
  })
})
