import { z } from 'zod'

import { LLimitError } from '../../errors.js'
import { describeIssues } from '../../validation.js'
import { saidIn, statusError } from './failures.js'
import type { Asked } from './failures.js'

export interface Message {
  role: 'system' | 'user'
  content: string
}

/** What an LLM has answered. */
export interface Completion {
  text: string
  /** Whether the endpoint cut it off at a number of tokens. */
  isCut: boolean
  /** As the endpoint has counted them; undefined if it does not say. */
  inputTokens: number | undefined
  outputTokens: number | undefined
}

const tokens = z.int().nonnegative()

/** Fields that servers add or set to null are nobody's fault. */
const completionSchema = z.object({
  choices: z
    .array(
      z.object({
        finish_reason: z.string().nullish(),
        message: z.object({
          content: z.union([z.string(), z.array(z.object({ text: z.string().optional() }))]).nullish(),
        }),
      }),
    )
    .min(1, 'expected a choice'),
  usage: z.object({ prompt_tokens: tokens.nullish(), completion_tokens: tokens.nullish() }).nullish(),
})

/**
 * Reads the body of an answer with status 200.
 * @throws LLimitError ENDPOINT_UNUSABLE for a page, which a wrong base URL leads to; ENDPOINT_BUSY for JSON that is cut off, or no
 * completion; for an error in the body, that of its code.
 */
export function readCompletion(text: string, asked: Asked): Completion {
  const { llm, endpoint } = asked
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    if (text.trimStart().startsWith('<')) {
      const message = `${endpoint} answers with a page, not with JSON; --endpoint is the base URL, which usually ends in /v1`
      throw new LLimitError('ENDPOINT_UNUSABLE', message, { cause })
    }
    throw new LLimitError(
      'ENDPOINT_BUSY',
      `${llm}: ${endpoint} answers with JSON that is cut off or invalid`,
      {
        cause,
      },
    )
  }
  const parsed = completionSchema.safeParse(value, { reportInput: true })
  if (!parsed.success) throw faultOf(text, parsed.error, asked)
  const { choices, usage } = parsed.data
  const [first] = choices
  const content = first?.message.content
  return {
    text: typeof content === 'string' ? content : (content ?? []).map((part) => part.text).join(''),
    isCut: first?.finish_reason === 'length',
    inputTokens: usage?.prompt_tokens ?? undefined,
    outputTokens: usage?.completion_tokens ?? undefined,
  }
}

/** Gateways answer 200 before they know, and put the error into the body. */
function faultOf(text: string, error: z.ZodError, asked: Asked): LLimitError {
  const { said, code } = saidIn(text)
  const status = Number(code)
  if (status >= 400 && status < 600) return statusError({ status, headers: {}, text }, asked)
  const fault = code === '' ? describeIssues(error, 'the answer') : said
  return new LLimitError('ENDPOINT_BUSY', `${asked.llm}: ${asked.endpoint} gives no completion: ${fault}`)
}
