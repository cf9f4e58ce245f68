import { expect } from 'chai'

import { parseRankRequest } from '../../src/http/rankRequest.js'
import { thrownBy } from '../rejection.js'
import { LIMITS } from './runningApp.js'

const parse = (body: unknown) => parseRankRequest(body, LIMITS, 'dense_network/default')
const errorFor = (body: unknown) => thrownBy(() => parse(body))
/** Of a request that has a prompt. */
const faultsOf = (fields: object) => errorFor({ prompt: 'x', ...fields }).errors.map(({ message }) => message)

describe('parseRankRequest', () => {
  it('takes a prompt and nothing else: the best of all LLMs of the default model', () => {
    expect(parse({ prompt: 'x', foo: 1 })).to.deep.equal({
      model: 'dense_network/default',
      prompts: ['x'],
      read: 'prompt',
      exactNames: false,
      explains: false,
      candidates: undefined,
      objective: { type: 'best' },
      current: undefined,
      abstains: true,
      fallback: undefined,
      outcomes: new Map(),
      outputTokens: null,
      top: undefined,
    })
  })

  it('takes names and objects as candidates, with the length of answers for all or for one', () => {
    const candidates = [
      'a',
      { name: 'b', input_price: 1, output_price: 2, context_limit: 3, output_tokens: 4 },
    ]
    expect(parse({ prompts: ['x', 'y'], candidates, output_tokens: 9, top: 1 }).candidates).to.deep.equal([
      { llm: 'a', inputPrice: null, outputPrice: null, contextLimit: null, outputTokens: 9 },
      { llm: 'b', inputPrice: 1, outputPrice: 2, contextLimit: 3, outputTokens: 4 },
    ])
  })

  it('reads the last user message of a chat', () => {
    const chat = [
      { role: 'system', content: 'be brief' },
      { role: 'user', content: 'first' },
      { role: 'assistant', content: null },
      {
        role: 'user',
        content: [{ type: 'text', text: 'second' }, { type: 'image_url' }, { type: 'text', text: 'line' }],
      },
      { role: 'assistant', content: 'an answer' },
    ]
    const { prompts, read, inputTexts } = parse({ messages: chat })
    expect([prompts, read]).to.deep.equal([['second\nline'], 'last user message'])
    expect(inputTexts).to.deep.equal(['be brief\nfirst\nsecond\nline\nan answer'])
    expect(errorFor({ messages: chat.slice(0, 1) }).message).to.equal(
      'Invalid request: messages: expected a last user message with text, got none',
    )
    expect(errorFor({ messages: [{ role: 'user', content: '\ud800' }] }).errors[0]?.message).to.equal(
      'messages: expected text without unpaired surrogates, got some',
    )
  })

  it('wants prompts in one form', () => {
    expect(errorFor({}).message).to.include('body: expected one of prompts, prompt and messages, got 0')
    expect(errorFor({ prompt: 'x', prompts: ['x'] }).message).to.include('got 2')
  })

  it('takes every objective', () => {
    const objectives = [
      { type: 'cheapest', at_least: 0.5 },
      { type: 'cheapest', within: 0 },
      { type: 'value', dollars: 0.01 },
      { type: 'dial', position: 10 },
      { type: 'threshold', strong: 'a', weak: 'b', threshold: -1 },
      { type: 'guarded' },
      { type: 'guarded', baseline: 'a', z: 2 },
      { type: 'budget', dollars: 0 },
    ]
    for (const objective of objectives) {
      expect(parse({ prompt: 'x', objective }).objective).to.deep.equal(objective)
    }
  })

  it('names the field, what it may be and what it was', () => {
    const types = 'best, sufficient, cheapest, value, dial, threshold, guarded or budget'
    expect(faultsOf({ objective: { type: 'fastest' } })).to.deep.equal([
      `objective.type: expected an object whose type is ${types}, got "fastest"`,
    ])
    expect(faultsOf({ objective: 'best' })).to.deep.equal([
      `objective: expected an object whose type is ${types}, got "best"`,
    ])
    expect(faultsOf({ objective: { type: 'dial', position: 11 } })).to.deep.equal([
      'objective.position: expected a number from 0 to 10, got 11',
    ])
    expect(faultsOf({ objective: { type: 'value' } })).to.deep.equal([
      'objective.dollars: expected dollars that a success is worth, 0 or more, got nothing',
    ])
    for (const fields of [{}, { at_least: 0.1, within: 0.1 }]) {
      expect(faultsOf({ objective: { type: 'cheapest', ...fields } })).to.deep.equal([
        'objective: expected either at_least or within, got an object',
      ])
    }
    expect(faultsOf({ candidates: ['a', { name: 'b', input_price: -1, output_price: 0 }] })).to.deep.equal([
      'candidates[1].input_price: expected dollars for a million tokens, 0 or more, got -1',
    ])
    expect(faultsOf({ candidates: ['a', { name: 'b', input_price: '1', output_price: 0 }] })).to.deep.equal([
      'candidates[1].input_price: expected dollars for a million tokens, 0 or more, got "1"',
    ])
    expect(faultsOf({ candidates: [{ name: 'b', input_price: 1e308, output_price: 0 }] })).to.deep.equal([
      'candidates[0].input_price: expected dollars for a million tokens, at most 1e15, got 1e+308',
    ])
    expect(faultsOf({ outcomes: { ['x'.repeat(1001)]: 1 } })).to.deep.equal([
      'outcomes: expected names of at most 1000 characters, got one of 1001',
    ])
    expect(faultsOf({ candidates: [5] })).to.deep.equal([
      'candidates[0]: expected a name, or an object with a name, got 5',
    ])
    expect(faultsOf({ candidates: [] })).to.deep.equal([
      'candidates: expected at least one candidate, got an empty array',
    ])
    expect(faultsOf({ outcomes: JSON.parse('{"__proto__":0}') as object })).to.deep.equal([
      'outcomes: expected any key but "__proto__", got an object',
    ])
    expect(faultsOf({ outcomes: { a: 2 } })).to.deep.equal([
      'outcomes.a: expected a number from 0 to 1, got 2',
    ])
    expect(faultsOf({ abstain: 1, fallback: 2 })).to.deep.equal([
      'abstain: expected true or false, got 1',
      'fallback: expected a string, got 2',
    ])
    expect(faultsOf({ exact_names: 'yes' })).to.deep.equal(['exact_names: expected true or false, got "yes"'])
    expect(faultsOf({ top: 0 })).to.deep.equal(['top: expected an integer, 1 or more, got 0'])
    expect(faultsOf({ output_tokens: 1.5 })).to.deep.equal([
      'output_tokens: expected an integer, 0 or more, got 1.5',
    ])
    expect(faultsOf({ current: { llm: 'a', switch_margin: -1 } })).to.deep.equal([
      'current.switch_margin: expected a utility, 0 or more, got -1',
    ])
  })

  it('rejects what cannot go together', () => {
    const fields = { prompts: ['x', 'y'], outcomes: { a: 0 } }
    expect(errorFor(fields).message).to.include('outcomes: expected one prompt alongside outcomes, got 2')
    expect(faultsOf({ objective: { type: 'budget', dollars: 1 }, current: { llm: 'a' } })).to.deep.equal([
      'current: expected none alongside a budget, got one',
    ])
  })

  it('says which limit a request is over', () => {
    const errors = [
      { prompts: Array<string>(6).fill('x') },
      { prompt: 'x', candidates: Array<string>(5).fill('x') },
      { prompts: ['', 'x'.repeat(1001)] },
      { prompt: 'x'.repeat(1001) },
      { messages: [{ role: 'user', content: 'x'.repeat(1001) }] },
    ].map(errorFor)
    expect(new Set(errors.map(({ code }) => code))).to.deep.equal(new Set(['TOO_LARGE']))
    expect(errors.map(({ message }) => message)).to.deep.equal([
      'prompts: expected at most 5 prompts, got 6; LLIMIT_MAX_PROMPTS sets the limit',
      'candidates: expected at most 4 LLMs, got 5; LLIMIT_MAX_LLMS sets the limit',
      'prompts[1]: expected at most 1000 characters, got 1001; LLIMIT_MAX_PROMPT_CHARS sets the limit',
      'prompt: expected at most 1000 characters, got 1001; LLIMIT_MAX_PROMPT_CHARS sets the limit',
      'messages: expected at most 1000 characters, got 1001; LLIMIT_MAX_PROMPT_CHARS sets the limit',
    ])
  })
})
