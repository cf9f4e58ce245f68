import { expect } from 'chai'

import { promptOf, stateSchema } from '../../../src/http/decisions/promptOf.js'
import { thrownBy } from '../../rejection.js'
import { LIMITS } from '../runningApp.js'

const read = (state: unknown) => promptOf(stateSchema.parse(state), 'state', LIMITS)

/** The AI SDK writes a state that is text as parts without a message around them. */
describe('promptOf, of parts that stand alone', () => {
  it('reads their text', () => {
    expect(read([{ type: 'text', text: 'What is Python?' }])).to.equal('What is Python?')
    const parts = [
      { type: 'text', text: 'one' },
      { type: 'file', data: 'x' },
      { type: 'text', text: 'two' },
    ]
    expect(read(parts)).to.equal('one\ntwo')
  })

  it('reads messages as messages, whatever stands between them', () => {
    const messages = [
      { type: 'text', text: 'not this' },
      { role: 'user', content: 'this' },
    ]
    expect(read(messages)).to.equal('this')
  })

  it('rejects parts without text', () => {
    for (const parts of [[], [{ type: 'file', data: 'x' }], [{ type: 'text', text: '' }]]) {
      expect(thrownBy(() => read(parts)).code, JSON.stringify(parts)).to.equal('INVALID_REQUEST')
    }
  })
})
