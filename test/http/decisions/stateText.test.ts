import { expect } from 'chai'
import fc from 'fast-check'

import { messageInState } from '../../../src/http/decisions/stateText.js'
import { liteLlmState } from './liteLlmState.js'

const QUESTION = 'Prove that there are infinitely many primes.'

/** Texts of LiteLLM 1.110.2, with the message in each. */
const GOLDEN: Record<string, [state: string, message: string]> = {
  'a message alone': [`\nClassify this message:\n${QUESTION}`, QUESTION],
  'a system prompt': [
    `\nCaller system prompt, quoted as task context:\nbe brief\n\nClassify this message:\n${QUESTION}`,
    QUESTION,
  ],
  'turns of the user': [
    '\nRecent conversation (context only, do not classify these):\n[1] first question\n[2] second question\n' +
      `\nConversation so far: ~16 tokens across the request\n\nClassify this message:\n${QUESTION}`,
    QUESTION,
  ],
  'turns of both': [
    '\nCaller system prompt, quoted as task context:\nbe brief\n' +
      '\nRecent conversation (context only, do not classify these):\n[1] user: first question\n[2] assistant: an answer\n\nwith a blank line\n' +
      `\nConversation so far: ~1600 tokens across the request\n\nClassify this message:\n${QUESTION}`,
    QUESTION,
  ],
  'a conversation of which nothing is quoted': [
    `\nConversation so far: ~16 tokens across the request\n\nClassify this message:\n${QUESTION}`,
    QUESTION,
  ],
  'a system prompt and such a conversation': [
    '\nCaller system prompt, quoted as task context:\nbe brief\n' +
      `\nConversation so far: ~16 tokens across the request\n\nClassify this message:\n${QUESTION}`,
    QUESTION,
  ],
  'the other form': [`System prompt:\nbe brief\n\nRequest:\n${QUESTION}`, QUESTION],
  'a message with blank lines': ['\nClassify this message:\n\n\na\n\nb\n', '\n\na\n\nb\n'],
  'a turn that has the heading': [
    '\nRecent conversation (context only, do not classify these):\n[1] user: Look:\n\nClassify this message:\n2 + 2\n' +
      `\nConversation so far: ~16 tokens across the request\n\nClassify this message:\n${QUESTION}`,
    QUESTION,
  ],
  'the text of another client': [QUESTION, QUESTION],
  'a text that only quotes the headings': [
    `Why is this slow?\n\nClassify this message:\n${QUESTION}`,
    `Why is this slow?\n\nClassify this message:\n${QUESTION}`,
  ],
  'a heading that nothing follows': [
    '\nCaller system prompt, quoted as task context:\nbe brief',
    '\nCaller system prompt, quoted as task context:\nbe brief',
  ],
  'a length that no message follows': [
    '\nConversation so far: ~16 tokens across the request\nHello',
    '\nConversation so far: ~16 tokens across the request\nHello',
  ],
  'the other form without a message': ['System prompt:\nbe brief', 'System prompt:\nbe brief'],
}

const headings = [
  '\nCaller system prompt, quoted as task context:\n',
  '\nRecent conversation (context only, do not classify these):\n[1] ',
  '\nConversation so far: ~16 tokens across the request\n',
  '\nClassify this message:\n',
  '\n\nClassify this message:\n',
  '\n\nRequest:\n',
  'System prompt:\n',
  '\n\n',
  '\r\n',
]
/** Whatever somebody writes, with the headings more often than by chance. */
const hostile = fc
  .array(fc.oneof(fc.constantFrom(...headings), fc.string({ unit: 'grapheme', maxLength: 10 })), {
    maxLength: 8,
  })
  .map((parts) => parts.join(''))
const harmless = fc.string({ maxLength: 30 }).filter((text) => !/\n\n|:\n/.test(text))
const tokens = fc.option(fc.nat(99_999), { nil: undefined })

describe('messageInState', () => {
  for (const [what, [state, message]] of Object.entries(GOLDEN)) {
    it(`finds the message in ${what}`, () => {
      expect(messageInState(state)).to.equal(message)
    })
  }

  it('finds any message whole, whatever headings it holds', () => {
    fc.assert(
      fc.property(hostile, fc.option(harmless, { nil: undefined }), tokens, (message, system, length) => {
        const parts = {
          ...(system !== undefined && { system }),
          ...(length !== undefined && { tokens: length }),
        }
        expect(messageInState(liteLlmState({ message, ...parts }))).to.equal(message)
      }),
    )
  })

  it('finds any message whole after turns', () => {
    const turns = fc.array(harmless, { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(
        hostile,
        turns,
        fc.nat(99_999),
        fc.option(harmless, { nil: undefined }),
        (message, quoted, length, system) => {
          const request = { message, turns: quoted, tokens: length, ...(system !== undefined && { system }) }
          expect(messageInState(liteLlmState(request))).to.equal(message)
        },
      ),
    )
  })

  it('loses nothing of the message where turns are hostile as well', () => {
    const turns = fc.array(hostile, { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(hostile, turns, fc.nat(99_999), (message, quoted, length) => {
        const found = messageInState(liteLlmState({ message, turns: quoted, tokens: length }))
        expect(found.endsWith(message)).to.equal(true)
      }),
    )
  })

  it('loses nothing of the message where the system prompt has the heading of one', () => {
    fc.assert(
      fc.property(hostile, harmless, harmless, (message, before, after) => {
        const system = `${before}\n\nClassify this message:\n${after}`
        expect(messageInState(liteLlmState({ message, system })).endsWith(message)).to.equal(true)
      }),
    )
  })

  it('takes apart the other form, and leaves text of other clients as it is', () => {
    fc.assert(
      fc.property(harmless, hostile, (system, message) => {
        expect(messageInState(`System prompt:\n${system}\n\nRequest:\n${message}`)).to.equal(message)
      }),
    )
    fc.assert(
      fc.property(hostile, (text) => {
        fc.pre(!/^(?:\n|System prompt:)/.test(text))
        expect(messageInState(text)).to.equal(text)
      }),
    )
  })
})
