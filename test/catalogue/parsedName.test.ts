import { expect } from 'chai'

import { parseName } from '../../src/catalogue/parsedName.js'

const wordsOf = (name: string) => parseName(name).words.join(' ')

describe('parseName', () => {
  it('gives all spellings of a name the same words', () => {
    const spellings = [
      ['claude-3.5-sonnet', 'Claude 3.5 Sonnet', 'anthropic/claude-sonnet-3-5', 'claude_3_5_sonnet@20240620'],
      ['llama-3.1-8b-instruct', 'llama3.1:8b', 'llama-v3p1-8b-instruct', 'Meta-Llama-3.1-8B-Instruct-Turbo'],
      ['gpt-4o', 'GPT4o', 'gpt-4o-2024-08-06', 'openai/gpt-4o:free'],
      ['gemini-2.0-flash', 'gemini-2-flash-001'],
      ['qwen2.5-1.5b-instruct', 'Qwen/Qwen-2.5-1.5B-Instruct-AWQ'],
      ['kimi-k2.5', 'kimi-k2-5'],
    ]
    for (const [first = '', ...others] of spellings) {
      for (const other of others) expect(wordsOf(other), other).to.equal(wordsOf(first))
    }
  })

  it('tells families, versions, sizes and variants apart', () => {
    const names = [
      ...['gpt-4', 'gpt-4o', 'gpt-4o-mini', 'gpt-4-turbo', 'gpt-4-1106-preview', 'gpt-4.1', 'gpt-4.1-mini'],
      ...['chatgpt-4o-latest', 'gpt-5-chat', 'gpt-5', 'gpt-5-mini', 'gpt-5.1', 'o1', 'o1-preview', 'o1-pro'],
      ...['llama-3-8b', 'llama-3-70b', 'llama-3.1-8b', 'llama-3.18b', 'qwen2-1.5b', 'qwen2-5b'],
      ...['kimi-k2-instruct', 'kimi-k2-thinking', 'qwen3-235b-a22b', 'qwen3-235b-a22b-thinking'],
      ...['mistral-medium-3', 'mistral-medium-2312', 'gpt-3.5-turbo', 'gpt-3.5-turbo-instruct', 'athene-70b'],
    ]
    expect(new Set(names.map(wordsOf)).size).to.equal(names.length)
  })

  it('reads efforts only where they are not part of a name', () => {
    expect(parseName('gpt-5-high').effort).to.equal(4)
    expect(parseName('o3-mini-low').effort).to.equal(2)
    expect(parseName('claude-sonnet-4-5-thinking').effort).to.equal(4.5)
    expect(parseName('gpt-5').effort).to.equal(undefined)
    expect(parseName('mistral-medium-3')).to.deep.include({
      words: ['3', 'medium', 'mistral'],
      effort: undefined,
    })
    expect(parseName('kimi-k2-thinking').effort).to.equal(undefined)
  })

  it('reads date, stage, tuning, serving and whether the newest is asked for', () => {
    expect(parseName('gemini-2.5-pro-preview-05-06')).to.deep.include({ date: '-05-06', stage: 'preview' })
    expect(parseName('llama-3.1-8b-instruct-fp8')).to.deep.include({ isTuned: true, serving: 'fp8' })
    expect(parseName('llama-3.1-405b-instruct@hyperbolic').serving).to.equal('via_hyperbolic')
    expect(parseName('claude-3-opus-latest').isLatest).to.equal(true)
    expect(parseName('dbrx-instruct').isTuned).to.equal(false)
  })
})
