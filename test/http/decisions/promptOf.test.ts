import { expect } from 'chai'

import { promptOf, stateSchema } from '../../../src/http/decisions/promptOf.js'
import { thrownBy } from '../../rejection.js'
import { LIMITS } from '../runningApp.js'
import { liteLlmState } from './liteLlmState.js'

const read = (state: unknown) => promptOf(stateSchema.parse(state), 'state', LIMITS)

describe('promptOf', () => {
  it('reads text, messages and objects that hold either', () => {
    const wrapped = liteLlmState({ message: 'x', system: 'be brief' })
    for (const state of [
      'x',
      wrapped,
      [
        { role: 'system', content: 'y' },
        { role: 'user', content: 'x' },
      ],
      { messages: [{ role: 'user', content: [{ type: 'input_text', text: 'x' }] }], other: 1 },
      { prompt: 'x', message: 'y' },
      { user: 'y', query: wrapped },
      { role: 'user', content: 'x' },
    ]) {
      expect(read(state), JSON.stringify(state)).to.equal('x')
    }
  })

  it('reads an object of another form as its JSON', () => {
    const ticket = { ticket: { subject: 'Refund', lines: ['a', 'b'] } }
    expect(read(ticket)).to.equal(JSON.stringify(ticket))
    const odd = '{"__proto__":"x","y":{"__proto__":1}}'
    expect(read(JSON.parse(odd))).to.equal(odd)
    expect(read({ messages: 'x' })).to.equal('{"messages":"x"}')
  })

  it('names the field without text, with too much of it, or with half a character', () => {
    const messageFor = (state: unknown) => thrownBy(() => read(state)).errors[0]?.message
    expect(messageFor('')).to.equal('state: expected text, got an empty one')
    expect(messageFor(liteLlmState({ message: '' }))).to.equal('state: expected text, got an empty one')
    expect(messageFor({ messages: [] })).to.equal(
      'state.messages: expected a last user message with text, got none',
    )
    expect(messageFor('x'.repeat(LIMITS.promptChars + 1))).to.include(
      'state: expected at most 1000 characters',
    )
    expect(messageFor('\ud800')).to.equal('state: expected text without unpaired surrogates, got some')
  })
})
