import { expect } from 'chai'
import fc from 'fast-check'

import { NameResolver } from '../../src/catalogue/nameResolver.js'
import { shippedCatalogue } from './shipped.js'

describe('suggestions', () => {
  const names = [
    ...['yi-34b', 'o1-mini-2024-09-12', 'gpt-4-0613', 'gpt-4o-2024-05-13', 'gpt-4o-2024-08-06'],
    ...['gpt-4o-mini-2024-07-18', 'claude-2', 'claude-3-opus-20240229', 'llama-3-8b', 'llama-3-70b'],
  ]
  let resolver: NameResolver
  before(async () => {
    resolver = new NameResolver(names, await shippedCatalogue())
  })

  it('begins with what the name would be resolved to', () => {
    expect(resolver.suggest('gpt-4o')).to.deep.equal([
      'gpt-4o-2024-08-06',
      'gpt-4o-2024-05-13',
      'gpt-4o-mini-2024-07-18',
    ])
    expect(resolver.suggest('openai/gpt-4')[0]).to.equal('gpt-4-0613')
  })

  it('names the family for one of its LLMs that is not known', () => {
    expect(resolver.suggest('claude-3-5-opus')[0]).to.equal('claude-3-opus-20240229')
    expect(resolver.suggest('gpt-5-turbo').every((name) => name.startsWith('gpt-4'))).to.equal(true)
    expect(resolver.suggest('llama-3-405b')).to.have.members(['llama-3-8b', 'llama-3-70b'])
  })

  it('finds a slip of the pen, and nothing for what looks like nothing', () => {
    expect(resolver.suggest('lama-3-8b')[0]).to.equal('llama-3-8b')
    for (const name of ['constructor', 'dall-e-3', '70b', 'x'.repeat(10_000), '']) {
      expect(resolver.suggest(name), name.slice(0, 20)).to.deep.equal([])
    }
  })

  it('names at most three, each known', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 100 }), (name) => {
        const found = resolver.suggest(name)
        expect(found.length).to.be.at.most(3)
        expect(names).to.include.members(found)
      }),
    )
  })
})
