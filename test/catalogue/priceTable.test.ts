import { expect } from 'chai'

import type { PriceEntry } from '../../src/catalogue/priceFile.js'
import { PriceTable } from '../../src/catalogue/priceTable.js'

/** `provider: names` -> an entry whose price is its place. */
function tableOf(...entries: string[]): PriceTable {
  const parsed = entries.map((text, i): PriceEntry => {
    const [provider = '', names = ''] = text.split(': ')
    return {
      ...(provider === '*' ? {} : { provider }),
      names: names.split(' '),
      input_price: i,
      output_price: 10 * i,
    }
  })
  return new PriceTable({ asOf: '2026-11-01', entries: parsed })
}

describe('PriceTable', () => {
  const listed = (table: PriceTable, asked: string, others?: string[]) => table.find(asked, others)?.listedAs

  it('takes the price of the provider that a name says, and of no other host', () => {
    const table = tableOf(
      'openai: gpt-4o',
      'azure: o1',
      'openrouter: openai/gpt-4o',
      'groq: llama-3.1-8b-instant',
    )
    expect(listed(table, 'gpt-4o')).to.equal('openai/gpt-4o')
    expect(listed(table, 'openrouter/openai/gpt-4o')).to.equal('openrouter/openai/gpt-4o')
    expect(listed(table, 'groq/llama-3.1-8b-instruct')).to.equal('groq/llama-3.1-8b-instant')
    expect(listed(table, 'fireworks_ai/llama-3.1-8b-instruct')).to.equal(undefined)
    expect(listed(table, 'groq/gpt-4o')).to.equal(undefined)
    // Azure sells at the prices of the makers, where it has none of its own.
    expect(listed(table, 'azure/gpt-4o')).to.equal('openai/gpt-4o')
    expect(listed(table, 'azure/o1')).to.equal('azure/o1')
  })

  it('looks at the maker first, then where an LLM has that very name, then elsewhere', () => {
    const table = tableOf(
      'openrouter: meta-llama/llama-3.1-8b-instruct anthropic/claude-opus-5',
      'groq: llama-3.1-8b-instant',
      'anthropic: claude-opus-5',
    )
    expect(listed(table, 'claude-opus-5')).to.equal('anthropic/claude-opus-5')
    expect(listed(table, 'llama-3.1-8b-instant')).to.equal('groq/llama-3.1-8b-instant')
    expect(listed(table, 'Llama-3.1-8B')).to.equal('openrouter/meta-llama/llama-3.1-8b-instruct')
  })

  it('never takes another version, size or variant', () => {
    const table = tableOf(
      'openai: gpt-5 gpt-5-codex',
      'openai: gpt-5-mini',
      'openrouter: meta-llama/llama-3.1-70b-instruct qwen/qwen3-30b-a3b',
      'openrouter: qwen/qwen3-coder-30b-a3b-instruct',
    )
    const others = [
      'gpt-5-nano',
      'gpt-5.1',
      'gpt-5-pro',
      'llama-3.1-8b-instruct',
      'llama-3.3-70b-instruct',
      'qwen3-32b',
      'qwen3-30b',
      'qwen3-coder',
    ]
    for (const name of others) expect(listed(table, name), name).to.equal(undefined)
    expect(listed(table, 'gpt-5-high')).to.equal('openai/gpt-5')
    expect(listed(table, 'gpt-5-mini-2025-08-07')).to.equal('openai/gpt-5-mini')
  })

  it('takes no price of another day or stage', () => {
    const table = tableOf(
      'openai: gpt-4o',
      'openai: gpt-4o-2024-05-13',
      'google: gemini-2.5-flash',
      'google: gemini-3-pro-preview',
      'mistral: mistral-small',
      'deepseek: deepseek-v3-0324',
    )
    expect(listed(table, 'gpt-4o-2024-05-13')).to.equal('openai/gpt-4o-2024-05-13')
    expect(listed(table, 'gpt-4o-2024-11-20')).to.equal('openai/gpt-4o')
    expect(listed(table, 'gemini-2.5-flash-preview-05-20')).to.equal(undefined)
    expect(listed(table, 'gemini-3-pro')).to.equal('google/gemini-3-pro-preview')
    // A month of Mistral AI's is another size.
    expect(listed(table, 'mistral-small-2409')).to.equal(undefined)
    expect(listed(table, 'deepseek-v3')).to.equal(undefined)
  })

  it('takes a way of serving with a price of its own as it stands, or not at all', () => {
    const table = tableOf(
      'openrouter: x/gemma-3-27b-it',
      'openrouter: x/gemma-3-27b-it:free',
      'together: meta-llama/Meta-Llama-3-8B-Instruct-Lite',
      'together: meta-llama/Meta-Llama-3-8B-Instruct-Turbo',
    )
    expect(table.find('x/gemma-3-27b-it:free')?.entry.input_price).to.equal(1)
    expect(listed(table, 'x/gemma-3-27b-it:nitro')).to.equal(undefined)
    // Of two prices neither is sure.
    expect(listed(table, 'together_ai/llama-3-8b-instruct')).to.equal(undefined)
    expect(listed(table, 'together_ai/llama-3-8b-instruct-turbo')).to.match(/Turbo$/)
  })

  it('takes an entry without a provider anywhere, after those of the provider that is named', () => {
    const table = tableOf('*: gpt-4o openrouter/x-ai/grok-4', 'azure: gpt-4o', 'my-gateway: grok-4')
    expect(listed(table, 'azure/gpt-4o')).to.equal('azure/gpt-4o')
    expect(listed(table, 'somewhere/gpt-4o')).to.equal('gpt-4o')
    expect(listed(table, 'openrouter/openai/gpt-4o')).to.equal('gpt-4o')
    expect(listed(table, 'openrouter/x-ai/grok-4')).to.equal('openrouter/x-ai/grok-4')
    expect(listed(table, 'my-gateway/grok-4')).to.equal('my-gateway/grok-4')
    expect(listed(table, 'grok-4')).to.equal('openrouter/x-ai/grok-4')
  })

  it('looks for other names of the LLM where its own is not listed', () => {
    const table = tableOf('moonshotai: kimi-k2')
    expect(listed(table, 'kimi-k2-instruct', ['moonshotai/kimi-k2'])).to.equal('moonshotai/kimi-k2')
  })

  it('survives names from outside', () => {
    const table = tableOf('openai: gpt-4o')
    for (const name of ['', '/', ':', '__proto__', 'constructor', '\u0000', 'a'.repeat(100_000)]) {
      expect(listed(table, name), name.slice(0, 20)).to.equal(undefined)
    }
  })
})
