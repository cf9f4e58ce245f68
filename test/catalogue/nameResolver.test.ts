import { expect } from 'chai'
import fc from 'fast-check'

import type { Catalogue } from '../../src/catalogue/catalogue.js'
import { NameResolver } from '../../src/catalogue/nameResolver.js'
import { shippedCatalogue } from './shipped.js'

const EMPTY: Catalogue = new Map()

/** The sizes that a name mentions, read without the code under test. */
const sizesOf = (name: string) => (name.toLowerCase().match(/\d+(?:[.x]\d+)?b(?![a-z0-9])/g) ?? []).sort()

describe('NameResolver', () => {
  let catalogue: Catalogue
  let names: string[]
  let resolver: NameResolver
  before(async () => {
    catalogue = await shippedCatalogue()
    names = [...catalogue.keys()]
    resolver = new NameResolver(names, catalogue)
  })
  const aName = () => fc.constantFrom(...names)

  it('resolves every known name to itself', () => {
    for (const name of names) expect(resolver.resolve(name)).to.equal(name)
  })

  it('minds neither case, provider, nor dots and dashes', () => {
    const prefix = fc.constantFrom('', 'openai/', 'openrouter/anthropic/', 'accounts/x/models/', 'us.meta.')
    fc.assert(
      fc.property(aName(), prefix, fc.boolean(), fc.boolean(), (name, before, isUpper, isDashed) => {
        const dashed = isDashed ? name.replaceAll('.', '-') : name
        expect(resolver.resolve(before + (isUpper ? dashed.toUpperCase() : dashed))).to.equal(name)
      }),
    )
  })

  it('never takes another family or size for an LLM that is not known', () => {
    const FOLDS = 12
    let resolved = 0
    for (let fold = 0; fold < FOLDS; fold++) {
      const without = new NameResolver(
        names.filter((_, i) => i % FOLDS !== fold),
        catalogue,
      )
      for (const name of names.filter((_, i) => i % FOLDS === fold)) {
        const found = without.resolve(name)
        if (found === undefined) continue
        resolved++
        expect(catalogue.get(found)?.family, name).to.equal(catalogue.get(name)?.family)
        expect(sizesOf(found), name).to.deep.equal(sizesOf(name))
      }
    }
    expect(resolved).to.be.greaterThan(50)
  })

  it('answers the same whatever the order of the known names', () => {
    const asked = fc.oneof(
      aName(),
      aName().map((name) => name.replace(/-[^-]*$/, '')),
      fc.string({ maxLength: 300 }),
    )
    fc.assert(
      fc.property(fc.shuffledSubarray(names, { maxLength: 40 }), asked, (known, name) => {
        const found = new NameResolver(known, EMPTY).resolve(name)
        expect(new NameResolver(known.toReversed(), EMPTY).resolve(name)).to.equal(found)
        if (found !== undefined) {
          expect(known).to.include(found)
          expect(sizesOf(found)).to.deep.equal(sizesOf(name))
        }
      }),
    )
  })

  it('takes the newest of several', () => {
    const date = fc
      .date({ min: new Date('2023-01-01'), max: new Date('2027-12-31'), noInvalidDate: true })
      .map((day) => day.toISOString().slice(0, 10))
    fc.assert(
      fc.property(fc.uniqueArray(date, { minLength: 1, maxLength: 6 }), (dates) => {
        const known = dates.map((day) => `acme-7b-${day}`)
        const newest = `acme-7b-${[...dates].sort().at(-1) ?? ''}`
        const { resolve } = bound(new NameResolver([...known, 'acme-70b-2029-01-01'], EMPTY))
        expect([resolve('acme-7b'), resolve('acme-7b-latest')]).to.deep.equal([newest, newest])
        for (const day of dates)
          expect(resolve(`ACME_7b@${day.replaceAll('-', '')}`)).to.equal(`acme-7b-${day}`)
      }),
    )
  })

  it('takes the nearest effort, and without one what the provider takes', () => {
    const { resolve } = bound(resolver)
    expect(resolve('gpt-5')).to.equal('gpt-5-medium')
    expect(resolve('gpt-5-low')).to.equal('gpt-5-medium')
    expect(resolve('gpt-5-xhigh')).to.equal('gpt-5-high')
    expect(resolve('gpt-5.1-2025-11-13')).to.equal('gpt-5.1-none')
    expect(resolve('o3-mini')).to.equal('o3-mini')
    expect(resolve('gpt-5.2-medium')).to.equal('gpt-5.2-high')
  })

  it('takes one that follows instructions for its base, not the other way around', () => {
    const { resolve } = bound(new NameResolver(['a-7b', 'b-7b-instruct'], EMPTY))
    expect(resolve('b-7b')).to.equal('b-7b-instruct')
    expect(resolve('a-7b-instruct')).to.equal(undefined)
  })

  it('takes months of one maker for generations', () => {
    const { resolve } = bound(new NameResolver(['mistral-large-2407', 'gpt-4o-2024-05-13'], EMPTY))
    expect(resolve('mistral-large')).to.equal('mistral-large-2407')
    expect(resolve('mistral-large-2512')).to.equal(undefined)
    expect(resolve('gpt-4o-2024-11-20')).to.equal('gpt-4o-2024-05-13')
  })

  it('does not take what a provider calls otherwise by its words', () => {
    const { resolve } = bound(new NameResolver(['mistral-medium-2312'], catalogue))
    expect(resolve('mistral-medium-2505')).to.equal(undefined)
    expect(resolve('mistral-medium')).to.equal('mistral-medium-2312')
  })

  it('knows no name in nothing', () => {
    for (const name of ['', '/', 'latest', '-', '2024-08-06', '__proto__', 'constructor']) {
      expect(resolver.resolve(name), name).to.equal(undefined)
    }
  })
})

function bound(resolver: NameResolver): { resolve: (name: string) => string | undefined } {
  return { resolve: (name) => resolver.resolve(name) }
}
