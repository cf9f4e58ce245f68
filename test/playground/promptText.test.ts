import { expect } from 'chai'
import fc from 'fast-check'

import { lastUserMessage as readByServer, messagesSchema } from '../../src/http/messages.js'
import { formOf, lastUserMessage, readInput, textOf } from '../../src/playground/promptText.js'

const CHAT = [
  { role: 'system', content: 'Be brief.' },
  { role: 'user', content: 'What is a prime?' },
  { role: 'assistant', content: 'A number.' },
]

describe('what is typed', () => {
  it('is one prompt as it stands', () => {
    expect(readInput('prompt', ' two\nlines ')).to.deep.equal({ prompt: ' two\nlines ' })
  })

  it('is nothing to ask about while it is blank', () => {
    for (const form of ['prompt', 'prompts', 'messages'] as const)
      expect(readInput(form, ' \n ')).to.equal(undefined)
  })

  it('is a prompt a line, a JSON array or JSON lines', () => {
    const prompts = ['one', 'two']
    expect(readInput('prompts', 'one\n\n  two\r\n')).to.deep.equal({ prompts })
    expect(readInput('prompts', '["one", {"prompt": "two"}]')).to.deep.equal({ prompts })
    expect(readInput('prompts', '"one"\n{"prompt": "two", "id": 7}')).to.deep.equal({ prompts })
    expect(readInput('prompts', '{not JSON')).to.deep.equal({ prompts: ['{not JSON'] })
    expect(() => readInput('prompts', '["one", 2]')).to.throw('entry 2, got 2')
    expect(() => readInput('prompts', '"one"\n{"text": "two"}')).to.throw('line 2, got {"text":"two"}')
  })

  it('is a conversation, as JSON or as a transcript', () => {
    for (const text of [
      JSON.stringify(CHAT),
      JSON.stringify({ model: 'gpt-4o', messages: CHAT }),
      'System: Be brief.\nUSER: What is a prime?\nAssistant:\nA number.',
    ])
      expect(readInput('messages', text)).to.deep.equal({ messages: CHAT })
    expect(() => readInput('messages', 'Hello')).to.throw('Expected a JSON array of messages')
  })

  it('shows of a conversation the message that the server reads', () => {
    const part = fc.oneof(
      fc.record({ type: fc.constant('text'), text: fc.string() }),
      fc.constant({ type: 'image' }),
    )
    const message = fc.record({
      role: fc.constantFrom('user', 'assistant', 'system'),
      content: fc.oneof(fc.string({ minLength: 1 }), fc.array(part)),
    })
    fc.assert(
      fc.property(fc.array(message), (messages) => {
        const read = messages[lastUserMessage(messages)]
        const text = read === undefined ? '' : textOf(read).replaceAll(/\n?\[not text\]\n?/g, '')
        fc.pre(text !== '' && messages.every(({ content }) => typeof content === 'string'))
        expect(text).to.equal(readByServer(messagesSchema.parse(messages), 'messages'))
      }),
    )
  })
})

describe('a file', () => {
  it('is what its content or its name says', () => {
    expect(formOf(JSON.stringify(CHAT), 'a.txt')).to.equal('messages')
    expect(formOf(JSON.stringify({ messages: CHAT }), 'a.json')).to.equal('messages')
    expect(formOf('["one", "two"]', 'a.json')).to.equal('prompts')
    expect(formOf('one\ntwo', 'prompts.txt')).to.equal('prompts')
    expect(formOf('{"prompt": "one"}\n{"prompt": "two"}', 'a.JSONL')).to.equal('prompts')
    expect(formOf('print("one")\nprint("two")', 'a.py')).to.equal('prompt')
  })
})
