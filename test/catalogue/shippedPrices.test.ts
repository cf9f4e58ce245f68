import path from 'node:path'

import { expect } from 'chai'

import type { Catalogue } from '../../src/catalogue/catalogue.js'
import { NameResolver } from '../../src/catalogue/nameResolver.js'
import { readPriceFile } from '../../src/catalogue/priceFile.js'
import { PriceTable } from '../../src/catalogue/priceTable.js'
import { LlmPrices } from '../../src/selection/llmPrices.js'
import { repositoryRoot } from '../repository.js'
import { CLOSED_IDS } from './closedIds.js'
import { OPEN_IDS } from './openIds.js'
import { shippedCatalogue } from './shipped.js'

/** Ids of providers, and what each is listed as. Checked by hand. */
const LISTED: readonly (readonly [id: string, listedAs: string | undefined])[] = [
  ['gpt-4o', 'openai/gpt-4o'],
  ['openai/gpt-4o-2024-05-13', 'openai/gpt-4o-2024-05-13'],
  ['azure/gpt-35-turbo-1106', 'openai/gpt-3.5-turbo-1106'],
  ['gpt-5-low', 'openai/gpt-5'],
  ['openai/gpt-oss-20b:free', 'openrouter/openai/gpt-oss-20b:free'],
  ['anthropic/claude-sonnet-4.5', 'anthropic/claude-sonnet-4-5'],
  ['openrouter/anthropic/claude-sonnet-4-5', 'openrouter/anthropic/claude-sonnet-4.5'],
  ['anthropic/claude-3.7-sonnet:thinking', 'anthropic/claude-3-7-sonnet-latest'],
  [
    'global.anthropic.claude-sonnet-4-5-20250929-v1:0',
    'aws/global.anthropic.claude-sonnet-4-5-20250929-v1:0',
  ],
  ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'aws/us.anthropic.claude-sonnet-4-5-20250929-v1:0'],
  ['claude-sonnet-4-5@20250929', 'google/claude-sonnet-4-5'],
  ['vertex_ai/gemini-2.5-flash', 'google/gemini-2.5-flash'],
  ['gemini-2.5-flash-preview-05-20', 'google/gemini-2.5-flash-preview-05-20'],
  ['gemini-1.5-flash-8b', 'google/gemini-flash-1.5-8b'],
  ['google/gemma-3-27b-it:free', 'openrouter/gemma-3-27b-it:free'],
  ['us.meta.llama3-1-8b-instruct-v1:0', 'aws/meta.llama3-1-8b-instruct-v1:0'],
  ['groq/llama-3.3-70b-versatile', 'groq/llama-3.3-70b-versatile'],
  ['meta-llama/Meta-Llama-3.1-70B-Instruct-Turbo', 'together/meta-llama/Meta-Llama-3.1-70B-Instruct-Turbo'],
  ['meta-llama/llama-3.1-405b-instruct', 'openrouter/meta-llama/llama-3.1-405b-instruct'],
  ['mistralai/mistral-medium-3.1', 'mistral/mistral-medium-3-1'],
  ['mistral-small-2409', undefined],
  ['x-ai/grok-4-fast', 'x-ai/grok-4-fast'],
  ['Qwen/QwQ-32B', 'openrouter/qwen/qwq-32b'],
  ['deepseek-r1:7b', undefined],
  ['accounts/fireworks/models/llama-v3p3-70b-instruct', undefined],
  ['dall-e-3', undefined],
]

/** Parameters in billions that a name mentions, read without the code under test. */
const sizesOf = (name: string) =>
  [...name.toLowerCase().matchAll(/(?<![a-z\d.])((?:\d+x)?\d+(?:[.p]\d+)?)b(?![a-z\d])/g)].map(([, size]) =>
    size?.replace('p', '.'),
  )

describe('the shipped prices', () => {
  let catalogue: Catalogue
  let prices: LlmPrices
  before(async () => {
    catalogue = await shippedCatalogue()
    const file = await readPriceFile(path.join(repositoryRoot, 'saved_models/prices.json'), 'prices.json')
    prices = new LlmPrices(catalogue, { file: undefined, shipped: new PriceTable(file) })
  })

  const ids = (): (readonly [id: string, llm: string])[] => [
    ...[...CLOSED_IDS, ...OPEN_IDS].map(([id, llm]) => [id, llm ?? id] as const),
    ...[...catalogue.keys()].map((llm) => [llm, llm] as const),
  ]

  it('are found by the names that providers use', () => {
    const resolver = new NameResolver([...catalogue.keys()], catalogue)
    const found = LISTED.map(([id]) => [id, prices.of(id, resolver.resolve(id) ?? id).price?.listedAs])
    expect(found).to.deep.equal(LISTED)
  })

  it('are those of no other family or size', () => {
    const resolver = new NameResolver([...catalogue.keys()], catalogue)
    let listed = 0
    for (const [id, llm] of ids()) {
      const { price } = prices.of(id, llm)
      if (price === undefined) continue
      listed++
      const other = price.listedAs ?? ''
      const sizes = [...new Set([...sizesOf(id), ...sizesOf(llm)])]
      // A name without a size is of a family that has one size.
      if (sizesOf(other).length > 0 && sizes.length > 0) {
        expect(sizes, `${id}: ${other}`).to.include.members(sizesOf(other))
      }
      const family = catalogue.get(resolver.resolve(other) ?? '')?.family
      const own = catalogue.get(llm)?.family
      if (family !== undefined && own !== undefined) expect(family, `${id}: ${other}`).to.equal(own)
    }
    expect(listed).to.be.greaterThan(500)
  })

  it('are known of two thirds of the catalogue', () => {
    const known = [...catalogue.keys()].filter((llm) => prices.of(llm, llm).price !== undefined)
    expect(known.length / catalogue.size).to.be.greaterThan(2 / 3 - 0.01)
  })

  it('are those of providers that nobody changes any more', () => {
    const of = (llm: string) => {
      const { inputPrice, outputPrice } = prices.of(llm, llm).price ?? {}
      return [inputPrice, outputPrice]
    }
    expect(of('gpt-4-0613')).to.deep.equal([30, 60])
    expect(of('gpt-4o-2024-05-13')).to.deep.equal([5, 15])
    expect(of('claude-3-opus-20240229')).to.deep.equal([15, 75])
    expect(of('o1-high')).to.deep.equal([15, 60])
  })
})
