import type { z } from 'zod'

import type { Limits } from '../config/limits.js'
import { checkLimit, checkPrompts, invalidField, invalidRequest, listIn } from './inferRequest.js'
import { lastUserMessage } from './messages.js'
import { outcomesRequestSchema } from './outcomeSchemas.js'

type Given = z.output<typeof outcomesRequestSchema>['outcomes'][number]

/** What an LLM made of a prompt. */
interface ReportedOutcome {
  id: string
  /** As the request names it. */
  llm: string
  /** In [0, 1]. */
  score: number
  prompt: string
  /** Of the answer. */
  tokens?: number
}

export interface ParsedOutcomes {
  model: string
  outcomes: ReportedOutcome[]
}

/**
 * Validates the body of `POST /outcomes`.
 * @throws LLimitError TOO_LARGE or INVALID_REQUEST, naming the field, what is expected and what was received.
 */
export function parseOutcomesRequest(body: unknown, limits: Limits, defaultModel: string): ParsedOutcomes {
  // Before the schema, which would report every entry of a list however long it is.
  checkLimit(limits, 'prompts', 'outcomes', listIn(body, 'outcomes').length)
  const parsed = outcomesRequestSchema.safeParse(body, { reportInput: true })
  if (!parsed.success) throw invalidRequest(parsed.error.issues)
  const { model = defaultModel, outcomes: given } = parsed.data
  const outcomes = given.map((outcome, i) => asOutcome(outcome, `outcomes[${i}]`))
  checkPrompts(
    limits,
    outcomes.map(({ prompt }) => prompt),
    (i) => `outcomes[${i}].${given[i]?.prompt === undefined ? 'messages' : 'prompt'}`,
  )
  checkLimit(limits, 'llms', 'outcomes', new Set(outcomes.map(({ llm }) => llm)).size)
  return { model, outcomes }
}

function asOutcome({ id, llm, score, prompt, messages, tokens }: Given, path: string): ReportedOutcome {
  // Elsewhere it stands for all LLMs.
  if (llm === '*') throw invalidField(`${path}.llm`, 'expected the name of an LLM, got "*"')
  if ((prompt === undefined) === (messages === undefined)) {
    const got = prompt === undefined ? 'neither' : 'both'
    throw invalidField(path, `expected one of prompt and messages, got ${got}`)
  }
  const text = prompt ?? lastUserMessage(messages ?? [], `${path}.messages`)
  return { id, llm, score, prompt: text, ...(tokens !== undefined && { tokens }) }
}
