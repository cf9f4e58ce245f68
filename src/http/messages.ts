import { z } from 'zod'

import { invalidField } from './inferRequest.js'
import { promptText, text } from './schemas.js'

/** Chats as the APIs of LLMs take them, and what of them is read. */

const contentPart = z.looseObject({ type: text, text: z.string('expected a string').exactOptional() })

export const messageSchema = z
  .looseObject({
    type: text
      .exactOptional()
      .describe('Items that are no `message`, such as calls of functions, are not read.'),
    role: text.exactOptional(),
    content: z
      .union([z.string(), z.array(contentPart)], 'expected a string or an array of parts')
      .nullish()
      .describe('Text, or parts of which those with a `text` are read.'),
  })
  .refine(({ type = 'message', role }) => type !== 'message' || role !== undefined, {
    message: 'expected a string',
    path: ['role'],
  })

/** Of the Chat Completions API or the Responses API. */
export const messagesSchema = z.array(messageSchema, 'expected an array of messages')

type Message = z.infer<typeof messageSchema>

/**
 * The text of the last user message; parts that are no text, such as images, are not read.
 * @param field that holds the messages, for an error
 * @throws LLimitError INVALID_REQUEST if it has none.
 */
export function lastUserMessage(messages: readonly Message[], field: string): string {
  const last = messages.findLast(({ role }) => role === 'user')
  const whole = last === undefined ? '' : textOf(last)
  if (whole === '') throw invalidField(field, 'expected a last user message with text, got none')
  checkSurrogates(whole, field)
  return whole
}

/** @throws LLimitError INVALID_REQUEST for a text that has no UTF-8. */
export function checkSurrogates(prompt: string, field: string): void {
  if (promptText.safeParse(prompt).success) return
  throw invalidField(field, 'expected text without unpaired surrogates, got some')
}

/** The texts of all messages, which an LLM is sent. */
export function wholeText(messages: readonly Message[]): string {
  return messages
    .map(textOf)
    .filter((text) => text !== '')
    .join('\n')
}

function textOf({ content }: Message): string {
  if (typeof content === 'string') return content
  return (content ?? []).flatMap((part) => (part.text === undefined ? [] : [part.text])).join('\n')
}
