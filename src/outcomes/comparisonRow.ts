import { z } from 'zod'

import { llmCell, promptFields, score } from './outcomeRow.js'

/**
 * Who won, in the words of the arena's files and of others -> preference for `model_a`. That both were bad is a tie and nothing more:
 * read as a failure of both it would be an outcome, and since a win is not one, the outcomes would be failures too often.
 */
const VERDICTS: ReadonlyMap<string, number> = new Map([
  ['model_a', 1],
  ['a', 1],
  ['model_b', 0],
  ['b', 0],
  ['tie', 0.5],
  ['draw', 0.5],
  ['tie (bothbad)', 0.5],
  ['both_bad', 0.5],
  ['bothbad', 0.5],
  ['tie_bothbad', 0.5],
])

/** 1 or 0, as tools write them: `1`, `"1.0"`, `true`. */
const flag = score.pipe(z.literal([0, 1]))

/** Another form names the winner in three columns, of which one is 1. */
const FLAGS = [
  ['winner_model_a', 'model_a'],
  ['winner_model_b', 'model_b'],
  ['winner_tie', 'tie'],
] as const

const names = {
  prompt: z.union([z.string(), z.array(z.unknown())], 'expected a string or a list of turns'),
  model_a: llmCell,
  model_b: llmCell,
  ...promptFields,
}

const WINNERS = 'expected one of model_a, model_b, A, B, tie, both_bad, or the name of one of the two LLMs'

const verdictRow = z.object({ ...names, winner: z.string(WINNERS) })

const flagsRow = z
  .object({ ...names, winner_model_a: flag, winner_model_b: flag, winner_tie: flag })
  .transform((row, context) => {
    const set = FLAGS.filter(([column]) => row[column] === 1)
    const winner = set[0]?.[1]
    if (set.length === 1 && winner !== undefined) return { ...row, winner }
    const columns = FLAGS.map(([column]) => column).join(', ')
    const message = `expected exactly one of ${columns} to be 1`
    context.addIssue({ code: 'custom', message, path: ['winner_model_a'], input: set.length })
    return z.NEVER
  })

/** A comparison of two LLMs on a prompt, as `Comparisons` keeps it. */
export interface ComparisonRow {
  prompt: string
  source: string
  category: string
  split: string
  a: string
  b: string
  preference: number
}

function toComparison(row: z.infer<typeof verdictRow>, context: z.RefinementCtx): ComparisonRow {
  const { prompt, source, category, split, model_a: a, model_b: b, winner } = row
  const text = firstTurn(prompt)
  if (typeof text !== 'string') {
    context.addIssue({
      code: 'custom',
      message: 'expected a string as first turn',
      path: ['prompt'],
      input: text,
    })
    return z.NEVER
  }
  if (a === b) {
    context.addIssue({
      code: 'custom',
      message: 'expected another LLM than model_a',
      path: ['model_b'],
      input: b,
    })
    return z.NEVER
  }
  // The name of an LLM before a word that may also be one.
  const verdict = winner.trim()
  const preference = verdict === a ? 1 : verdict === b ? 0 : VERDICTS.get(verdict.toLowerCase())
  if (preference !== undefined) return { prompt: text, source, category, split, a, b, preference }
  context.addIssue({ code: 'custom', message: WINNERS, path: ['winner'], input: winner })
  return z.NEVER
}

const fromVerdict = verdictRow.transform(toComparison)
const fromFlags = flagsRow.transform(toComparison)

/** The schema of a comparison, by the fields that the row has. */
export function comparisonSchema(row: object): typeof fromVerdict | typeof fromFlags {
  return 'winner' in row ? fromVerdict : 'winner_model_a' in row ? fromFlags : fromVerdict
}

/**
 * The arena writes the turns of a conversation as a JSON list, in a string or as it is; an LLM was judged after the last
 * one, and is selected by the first. Text that only looks like a list is a prompt like any other.
 */
function firstTurn(prompt: string | readonly unknown[]): unknown {
  if (typeof prompt !== 'string') return prompt[0]
  const turns = listIn(prompt)
  return turns === undefined ? prompt : turns[0]
}

function listIn(text: string): unknown[] | undefined {
  if (!text.startsWith('[')) return undefined
  try {
    const parsed: unknown = JSON.parse(text)
    return isListOfTurns(parsed) ? parsed : undefined
  } catch {
    return undefined
  }
}

function isListOfTurns(value: unknown): value is unknown[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((turn) => turn === null || typeof turn === 'string')
  )
}
