import { expect } from 'chai'

import { flat, spellingsOf } from '../../src/catalogue/spellings.js'

describe('spellingsOf', () => {
  for (const [name, last] of [
    ['GPT-4o', 'gpt-4o'],
    ['openrouter/anthropic/claude-3.5-sonnet:beta', 'claude-3.5-sonnet'],
    ['bedrock/us.anthropic.claude-3-5-sonnet-20241022-v2:0', 'claude-3-5-sonnet-20241022'],
    ['anthropic.claude-3-haiku-20240307-v1:0:200k', 'claude-3-haiku-20240307'],
    ['mistral.mistral-7b-instruct-v0:2', 'mistral-7b-instruct-v0:2'],
    ['openai.gpt-oss-120b-1:0', 'gpt-oss-120b'],
    ['azure/gpt-35-turbo', 'gpt-3.5-turbo'],
    ['llama3.1:8b', 'llama3.1:8b'],
    ['x/', ''],
  ] as const) {
    it(`takes ${name} down to "${last}"`, () => {
      expect(spellingsOf(name).at(-1)).to.equal(last)
    })
  }

  it('begins with the whole name and keeps what lies between', () => {
    expect(spellingsOf('Bedrock/us.amazon.nova-pro-v1:0')).to.deep.equal([
      'bedrock/us.amazon.nova-pro-v1:0',
      'us.amazon.nova-pro-v1:0',
      'amazon.nova-pro-v1:0',
      'nova-pro-v1:0',
      'nova-pro-v1',
      'nova-pro',
    ])
  })
})

describe('flat', () => {
  it('makes dots, dashes and the like one', () => {
    expect(flat('Claude_3.5 Sonnet@20240620')).to.equal('claude-3-5-sonnet-20240620')
    expect(flat('command-r+')).to.equal('command-r-plus')
  })
})
