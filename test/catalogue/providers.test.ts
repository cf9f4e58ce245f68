import { expect } from 'chai'

import { providerOf } from '../../src/catalogue/providers.js'

const OTHERS = new Set(['my-gateway', 'openai'])

describe('providerOf', () => {
  it('takes a host off a name', () => {
    const hosts = [
      ['azure/gpt-4o', 'azure', 'gpt-4o'],
      ['openrouter/anthropic/claude-sonnet-4.5', 'openrouter', 'anthropic/claude-sonnet-4.5'],
      ['Groq/llama-3.1-8b-instant', 'groq', 'llama-3.1-8b-instant'],
      ['my-gateway/gpt-4o', 'my-gateway', 'gpt-4o'],
      ['vertex_ai/gemini-2.5-flash', 'google', 'gemini-2.5-flash'],
      ['claude-3-5-sonnet@20240620', 'google', 'claude-3-5-sonnet@20240620'],
      ['us.anthropic.claude-opus-4-8-v1:0', 'aws', 'us.anthropic.claude-opus-4-8-v1:0'],
      ['meta.llama3-1-8b-instruct-v1:0', 'aws', 'meta.llama3-1-8b-instruct-v1:0'],
      ['@cf/meta/llama-3.1-8b-instruct', 'cloudflare', '@cf/meta/llama-3.1-8b-instruct'],
      ['accounts/fireworks/models/qwen3', 'fireworks', 'accounts/fireworks/models/qwen3'],
    ]
    for (const [name = '', provider, rest] of hosts) {
      expect(providerOf(name, OTHERS), name).to.deep.equal({ asked: { provider, isMaker: false }, rest })
    }
  })

  it('does not take a maker for the place where its LLM is asked for', () => {
    expect(providerOf('openai/gpt-oss-20b', OTHERS)).to.deep.equal({
      asked: { provider: 'openai', isMaker: true },
      rest: 'gpt-oss-20b',
    })
  })

  it('finds none in a name without, or in one of a maker that serves none', () => {
    for (const name of ['gpt-4o', 'meta-llama/llama-3.1-8b-instruct', 'nobody/gpt-4o', '/x', '']) {
      expect(providerOf(name, OTHERS), name).to.deep.equal({ asked: undefined, rest: name })
    }
  })
})
