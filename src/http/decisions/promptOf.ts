import { z } from 'zod'

import type { Limits } from '../../config/limits.js'
import { checkLimit, invalidField } from '../inferRequest.js'
import { checkSurrogates, lastUserMessage, messagesSchema } from '../messages.js'
import { messageInState } from './stateText.js'

/** Fields in which objects hold the text that a question is about; one with none of them is read as its JSON. */
const TEXT_FIELDS = ['prompt', 'message', 'query', 'question', 'input', 'text', 'content', 'request', 'task']

/** What a question is about. */
export const stateSchema = z
  .union(
    [
      z.string().meta({ minLength: 1 }),
      messagesSchema,
      // As it came: a record would leave a key `__proto__` out.
      z
        .unknown()
        .refine(isObject, 'expected an object')
        .transform((state) => state as Readonly<Record<string, unknown>>)
        .meta({ type: 'object', propertyNames: { type: 'string' }, additionalProperties: {} }),
    ],
    'expected a string, an array of messages, or an object',
  )
  .describe(
    'Text, of which a wrapping by LiteLLM is taken off; parts of text; messages, of which the last user message is read; or an object with one of ' +
      `the fields \`messages\`, ${TEXT_FIELDS.map((name) => `\`${name}\``).join(', ')}.`,
  )

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

type State = z.infer<typeof stateSchema>

/**
 * The prompt that a state holds.
 * @param field of the request that has it, for an error
 * @throws LLimitError INVALID_REQUEST if it holds no text, TOO_LARGE if it is too long.
 */
export function promptOf(state: State, field: string, limits: Limits): string {
  return checkedPrompt(textOf(state, field), field, limits)
}

/** A prompt as it stands; throws as `promptOf` does. */
export function checkedPrompt(prompt: string, field: string, limits: Limits): string {
  if (prompt === '') throw invalidField(field, 'expected text, got an empty one')
  checkLimit(limits, 'promptChars', field, prompt.length)
  checkSurrogates(prompt, field)
  return prompt
}

function textOf(state: State, field: string): string {
  if (typeof state === 'string') return messageInState(state)
  if (Array.isArray(state)) return textOfParts(state) ?? lastUserMessage(state, field)
  const messages = messagesSchema.safeParse(state['messages'])
  if (messages.success) return lastUserMessage(messages.data, `${field}.messages`)
  const own = TEXT_FIELDS.map((name) => state[name]).find((value) => typeof value === 'string')
  return typeof own === 'string' ? messageInState(own) : JSON.stringify(state)
}

/** The text of parts that stand alone, as the AI SDK writes a state that is text; undefined if they are messages. */
function textOfParts(parts: z.infer<typeof messagesSchema>): string | undefined {
  if (parts.some(({ role }) => role !== undefined)) return undefined
  const texts = parts.map((part) => part['text']).filter((text) => typeof text === 'string')
  return texts.length === 0 ? undefined : texts.join('\n')
}
