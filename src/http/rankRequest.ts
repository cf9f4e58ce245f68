import type { z } from 'zod'

import type { Limits } from '../config/limits.js'
import { MAX_EXPLAINED } from '../selection/explain.js'
import type { RankCandidate, RankRequest } from '../selection/ranking.js'
import { checkLimit, checkPrompts, invalidField, invalidRequest, keysIn, listIn } from './inferRequest.js'
import { lastUserMessage, wholeText } from './messages.js'
import { rankRequestSchema } from './rankSchemas.js'
import type { rankResponseSchema } from './rankSchemas.js'
import { MAX_NAME_LENGTH } from './schemas.js'

type Body = z.output<typeof rankRequestSchema>
type Read = z.infer<typeof rankResponseSchema>['read']

interface ParsedRanking extends RankRequest {
  read: Read
}

/**
 * Validates the body of `POST /rank`.
 * @throws LLimitError TOO_LARGE or INVALID_REQUEST, naming the field, what is expected and what was received.
 */
export function parseRankRequest(body: unknown, limits: Limits, defaultModel: string): ParsedRanking {
  // Before the schema, which would report every entry of a list however long it is.
  checkLimit(limits, 'prompts', 'prompts', listIn(body, 'prompts').length)
  checkLimit(limits, 'llms', 'candidates', listIn(body, 'candidates').length)
  checkLimit(limits, 'prompts', 'messages', listIn(body, 'messages').length)
  checkKeys(keysIn(body, 'outcomes'), limits)
  const parsed = rankRequestSchema.safeParse(body, { reportInput: true })
  if (!parsed.success) throw invalidRequest(parsed.error.issues.flatMap(insideUnion))
  const {
    model = defaultModel,
    exact_names,
    objective,
    current,
    abstain,
    fallback,
    outcomes,
    top,
    candidates,
    output_tokens,
    explain,
  } = parsed.data
  const { read, ...texts } = promptsOf(parsed.data)
  const { prompts } = texts
  const path = (p: number) =>
    read === 'prompts' ? `prompts[${p}]` : read === 'prompt' ? 'prompt' : 'messages'
  checkPrompts(limits, prompts, path)
  if (prompts.length > 1 && Object.keys(outcomes).length > 0) {
    throw invalidField('outcomes', `expected one prompt alongside outcomes, got ${prompts.length}`)
  }
  if (explain && prompts.length > MAX_EXPLAINED.prompts) {
    throw invalidField(
      'explain',
      `expected at most ${MAX_EXPLAINED.prompts} prompts to explain, got ${prompts.length}`,
    )
  }
  if (current !== undefined && objective.type === 'budget') {
    throw invalidField('current', 'expected none alongside a budget, got one')
  }
  return {
    model,
    ...texts,
    read,
    exactNames: exact_names,
    candidates: candidates?.map((candidate) => asCandidate(candidate, output_tokens)),
    objective: asObjective(objective),
    current: current && { llm: current.llm, switchMargin: current.switch_margin },
    abstains: abstain,
    fallback,
    outcomes: new Map(Object.entries(outcomes)),
    outputTokens: output_tokens ?? null,
    top,
    explains: explain,
  }
}

function checkKeys(llms: readonly string[], limits: Limits): void {
  checkLimit(limits, 'llms', 'outcomes', llms.length)
  const long = llms.find(({ length }) => length > MAX_NAME_LENGTH)
  if (long === undefined) return
  throw invalidField(
    'outcomes',
    `expected names of at most ${MAX_NAME_LENGTH} characters, got one of ${long.length}`,
  )
}

function promptsOf({ prompts, prompt, messages }: Body): {
  prompts: string[]
  read: Read
  inputTexts?: string[]
} {
  const given = [prompts, prompt, messages].filter((field) => field !== undefined)
  if (given.length !== 1) {
    throw invalidField('body', `expected one of prompts, prompt and messages, got ${given.length}`)
  }
  if (prompts !== undefined) return { prompts, read: 'prompts' }
  if (prompt !== undefined) return { prompts: [prompt], read: 'prompt' }
  const chat = messages ?? []
  return {
    prompts: [lastUserMessage(chat, 'messages')],
    read: 'last user message',
    inputTexts: [wholeText(chat)],
  }
}

type GivenCandidate = NonNullable<Body['candidates']>[number]

function asCandidate(given: GivenCandidate, outputTokens: number | undefined): RankCandidate {
  const one: Exclude<GivenCandidate, string> = typeof given === 'string' ? { name: given } : given
  return {
    llm: one.name,
    inputPrice: one.input_price ?? null,
    outputPrice: one.output_price ?? null,
    contextLimit: one.context_limit ?? null,
    outputTokens: one.output_tokens ?? outputTokens ?? null,
  }
}

export function asObjective(objective: Body['objective']): RankRequest['objective'] {
  if (objective.type !== 'cheapest') return objective
  const { type, at_least, within } = objective
  if (at_least !== undefined) return { type, at_least }
  if (within !== undefined) return { type, within }
  throw invalidField('objective', 'expected either at_least or within, got none')
}

/** Of a name or an object, an object has its own faults: they say more than that it is neither. */
function insideUnion(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  const isObject = 'input' in issue && typeof issue.input === 'object' && issue.input !== null
  if (issue.code !== 'invalid_union' || issue.discriminator !== undefined || !isObject) return [issue]
  const inner = issue.errors.at(-1)
  if (inner === undefined || inner.length === 0) return [issue]
  return inner.map((one) => ({ ...one, path: [...issue.path, ...one.path] }))
}
