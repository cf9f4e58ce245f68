import { expect } from 'chai'

import { lastUserMessage, messagesSchema } from '../../src/http/messages.js'
import { thrownBy } from '../rejection.js'

const read = (messages: unknown) => lastUserMessage(messagesSchema.parse(messages), 'input')
const faultsOf = (messages: unknown) =>
  messagesSchema.safeParse(messages).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)

describe('lastUserMessage', () => {
  it('reads chats of both APIs', () => {
    expect(
      read([
        { role: 'user', content: 'a' },
        { role: 'assistant', content: 'b' },
      ]),
    ).to.equal('a')
    const responses = [
      { type: 'message', role: 'developer', content: [{ type: 'input_text', text: 'be brief' }] },
      { role: 'user', content: 'first' },
      {
        type: 'message',
        role: 'user',
        content: [
          { type: 'input_text', text: 'second' },
          { type: 'input_image', image_url: 'data:image/png;base64,AA==' },
          { type: 'input_text', text: 'line' },
        ],
      },
      {
        role: 'assistant',
        content: [
          { type: 'output_text', text: 'an answer' },
          { type: 'refusal', refusal: 'no' },
        ],
      },
      { type: 'function_call', call_id: '1', name: 'f', arguments: '{}' },
      { type: 'function_call_output', call_id: '1', output: [{ type: 'input_text', text: 'result' }] },
      { type: 'reasoning', id: 'r', summary: [] },
    ]
    expect(read(responses)).to.equal('second\nline')
  })

  it('names the field where there is no such text', () => {
    for (const content of ['', null, [], [{ type: 'input_image', image_url: 'x' }]]) {
      const error = thrownBy(() => read([{ role: 'user', content }]))
      expect(error.errors[0]?.message).to.equal('input: expected a last user message with text, got none')
    }
    expect(thrownBy(() => read([])).code).to.equal('INVALID_REQUEST')
  })

  it('wants a role of messages alone', () => {
    expect(faultsOf([{ content: 'x' }])).to.deep.equal(['0.role: expected a string'])
    expect(faultsOf([{ type: 'message', content: 'x' }])).to.deep.equal(['0.role: expected a string'])
    expect(faultsOf([{ type: 'function_call' }])).to.equal(undefined)
    expect(faultsOf(['x'])).to.have.length(1)
  })
})
