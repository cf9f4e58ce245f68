import { expect } from 'chai'

import { parseOutcomesRequest } from '../../src/http/outcomesRequest.js'
import { thrownBy } from '../rejection.js'
import { LIMITS } from './runningApp.js'

const parse = (body: unknown) => parseOutcomesRequest(body, LIMITS, 'dense_network/default')
const errorFor = (body: unknown) => thrownBy(() => parse(body))
const OUTCOME = { id: 'i', llm: 'a', score: 1, prompt: 'x' }
/** Of a request with one outcome. */
const faultsOf = (fields: object) =>
  errorFor(JSON.parse(JSON.stringify({ outcomes: [{ ...OUTCOME, ...fields }] }))).errors.map(
    ({ message }) => message,
  )

describe('parseOutcomesRequest', () => {
  it('takes prompts and chats, of which the last user message is read', () => {
    const messages = [
      { role: 'system', content: 'be brief' },
      { role: 'user', content: [{ type: 'text', text: 'y' }] },
      { role: 'assistant', content: 'z' },
    ]
    const chat = { id: 'j', llm: 'b', score: 0.5, messages, tokens: 7 }
    expect(parse({ outcomes: [OUTCOME, chat], foo: 1 })).to.deep.equal({
      model: 'dense_network/default',
      outcomes: [OUTCOME, { id: 'j', llm: 'b', score: 0.5, prompt: 'y', tokens: 7 }],
    })
    expect(parse({ model: 'dense_network/x', outcomes: [OUTCOME] }).model).to.equal('dense_network/x')
  })

  const wrong: [object, string][] = [
    [{ id: '' }, 'outcomes[0].id: expected at least one character, got ""'],
    [{ score: 1.1 }, 'outcomes[0].score: expected a number from 0 to 1, got 1.1'],
    [{ score: '1' }, 'outcomes[0].score: expected a number from 0 to 1, got "1"'],
    [{ tokens: -1 }, 'outcomes[0].tokens: expected an integer, 0 or more, got -1'],
    [{ llm: '*' }, 'outcomes[0].llm: expected the name of an LLM, got "*"'],
    [{ prompt: undefined }, 'outcomes[0]: expected one of prompt and messages, got neither'],
    [{ messages: [] }, 'outcomes[0]: expected one of prompt and messages, got both'],
    [
      { prompt: undefined, messages: [] },
      'outcomes[0].messages: expected a last user message with text, got none',
    ],
  ]
  for (const [fields, message] of wrong)
    it(`says what is wrong: ${message}`, () => expect(faultsOf(fields)).to.deep.equal([message]))

  it('holds ids to 128 characters', () => {
    expect(parse({ outcomes: [{ ...OUTCOME, id: 'i'.repeat(128) }] }).outcomes).to.have.length(1)
    expect(faultsOf({ id: 'i'.repeat(129) }).join()).to.match(
      /^outcomes\[0\]\.id: expected at most 128 characters, got/,
    )
  })

  it('holds outcomes and prompts to the limits of prompts', () => {
    const many = Array.from({ length: LIMITS.prompts + 1 }, () => 'no outcome')
    expect(errorFor({ outcomes: many })).to.include({
      code: 'TOO_LARGE',
      message: 'outcomes: expected at most 5 prompts, got 6; LLIMIT_MAX_PROMPTS sets the limit',
    })
    const long = 'x'.repeat(LIMITS.promptChars + 1)
    const message = (path: string) =>
      `${path}: expected at most 1000 characters, got 1001; LLIMIT_MAX_PROMPT_CHARS sets the limit`
    expect(errorFor({ outcomes: [OUTCOME, { ...OUTCOME, prompt: long }] })).to.include({
      code: 'TOO_LARGE',
      message: message('outcomes[1].prompt'),
    })
    const chat = { id: 'j', llm: 'b', score: 1, messages: [{ role: 'user', content: long }] }
    expect(errorFor({ outcomes: [chat] }).message).to.equal(message('outcomes[0].messages'))
    const ofLlms = Array.from({ length: LIMITS.llms + 1 }, (_, i) => ({ ...OUTCOME, llm: `llm-${i}` }))
    expect(errorFor({ outcomes: ofLlms }).message).to.match(/at most 4 LLMs, got 5; LLIMIT_MAX_LLMS/)
  })
})
