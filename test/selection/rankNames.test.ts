import { expect } from 'chai'
import fc from 'fast-check'

import { NameResolver } from '../../src/catalogue/nameResolver.js'
import { rowsByName } from '../../src/numeric/indices.js'
import { AskedNames } from '../../src/selection/askedNames.js'
import { attemptsOf, candidateFinder, candidatesOf } from '../../src/selection/rankNames.js'
import { thrownBy } from '../rejection.js'

const LLMS = ['gpt-4o-2024-08-06', 'claude-2', 'llama-3-8b', '__proto__']
const NAMES = [...LLMS, 'openai/gpt-4o', 'gpt-4o', 'Claude-2', 'anthropic/claude-2', 'yi-34b', '*']

function namesOf(resolves = true): AskedNames {
  const resolver = () => new NameResolver(LLMS, new Map())
  return new AskedNames({ model: 'dense_network/x', rows: rowsByName(LLMS), resolver, resolves })
}

const named = (llm: string, inputPrice: number | null = null) => ({
  llm,
  inputPrice,
  outputPrice: null,
  contextLimit: null,
  outputTokens: null,
})
const candidatesFor = (asked: string[] | undefined, names = namesOf(), exactNames = false) => {
  const candidates = asked?.map((llm) => named(llm))
  return candidatesOf({ ...REQUEST, candidates, exactNames }, LLMS, names)
}
const REQUEST = {
  model: 'dense_network/x',
  prompts: ['x'],
  objective: { type: 'best' as const },
  current: undefined,
  outcomes: new Map<string, number>(),
  outputTokens: 7,
  top: undefined,
}

describe('rankNames', () => {
  it('keeps each name that is known once and in order, and lists the others', () => {
    const names = fc.array(fc.constantFrom(...NAMES), { minLength: 2, maxLength: 12 })
    fc.assert(
      fc.property(names, fc.boolean(), (asked, resolves) => {
        const own = namesOf(resolves)
        const each = [...new Set(asked)]
        const known = each.filter((llm) => own.find(llm) !== undefined)
        if (known.length === 0) {
          expect(thrownBy(() => candidatesFor(asked, own)).code).to.equal('UNKNOWN_LLM')
          return
        }
        const { candidates, unknown } = candidatesFor(asked, own)
        expect(candidates.map(({ llm }) => llm)).to.deep.equal(known)
        expect(unknown).to.deep.equal(each.filter((llm) => !known.includes(llm)))
        for (const candidate of candidates) {
          expect(candidate.known).to.equal(own.find(candidate.llm))
          expect(own.resolved.get(candidate.llm) ?? candidate.llm).to.equal(candidate.known)
        }
        const find = candidateFinder(candidates, own)
        for (const llm of NAMES.filter((name) => own.find(name) !== undefined)) {
          const means = candidates.filter((candidate) => candidate.known === own.find(llm))
          const expected = known.includes(llm) ? llm : means[0]?.llm
          if (expected === undefined) {
            expect(thrownBy(() => find('current.llm', llm)).errors[0]?.path).to.equal('current.llm')
          } else expect(find('current.llm', llm)).to.equal(expected)
        }
      }),
    )
  })

  it('takes what the last entry of a name says', () => {
    const candidates = [named('claude-2', 1), named('llama-3-8b'), named('claude-2', 2)]
    const found = candidatesOf({ ...REQUEST, candidates }, LLMS, namesOf()).candidates
    expect(found.map(({ llm, inputPrice }) => [llm, inputPrice])).to.deep.equal([
      ['claude-2', 2],
      ['llama-3-8b', null],
    ])
  })

  it('takes no candidates, or * alone, for all', () => {
    const all = candidatesFor(undefined).candidates
    expect(all.map(({ llm, known }) => [llm, known])).to.deep.equal(LLMS.map((llm) => [llm, llm]))
    expect(all[0]?.outputTokens).to.equal(7)
    const priced = candidatesOf({ ...REQUEST, candidates: [named('*', 3)] }, LLMS, namesOf()).candidates
    expect(priced.map(({ llm, inputPrice }) => [llm, inputPrice])).to.deep.equal(LLMS.map((llm) => [llm, 3]))
  })

  it('counts attempts of one LLM by two names as one, with their mean', () => {
    const outcomes = new Map([
      ['gpt-4o', 0],
      ['claude-2', 1],
      ['openai/gpt-4o', 1],
    ])
    expect([...attemptsOf(outcomes, namesOf())]).to.deep.equal([
      ['gpt-4o-2024-08-06', 0.5],
      ['claude-2', 1],
    ])
    expect(thrownBy(() => attemptsOf(outcomes, namesOf(false))).errors[0]?.message).to.equal(
      'outcomes.gpt-4o: expected an LLM of dense_network/x, got "gpt-4o"; nearest known names: gpt-4o-2024-08-06',
    )
  })

  it('refuses a name that is not exact, where names must be', () => {
    const { message, errors } = thrownBy(() => candidatesFor(['claude-2', 'gpt-4o'], namesOf(false), true))
    expect(message).to.equal(
      'The model dense_network/x does not know these LLMs: "gpt-4o" (nearest: gpt-4o-2024-08-06)',
    )
    expect(errors.map(({ path }) => path)).to.deep.equal(['candidates[1]'])
  })
})
