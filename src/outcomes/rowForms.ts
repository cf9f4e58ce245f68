import { z } from 'zod'

import { LLimitError, MAX_SHOWN_LENGTH, quote, shorten } from '../errors.js'
import type { FileRow } from '../lines/records.js'
import { parseRow } from '../validation.js'
import { comparisonSchema } from './comparisonRow.js'
import type { ComparisonRow } from './comparisonRow.js'
import { llmCell, outcomeRow, promptFields, tableScore } from './outcomeRow.js'
import type { OutcomeRow } from './outcomeRow.js'

/** What a row says. Of the long form each row is a part of what is said of its prompt. */
export type JudgedRow =
  { kind: 'outcomes'; row: OutcomeRow; isPart: boolean } | { kind: 'comparison'; row: ComparisonRow }

/** Fields that mean something by their names; spreadsheets write them in any case. */
const KNOWN = [
  'prompt',
  'source',
  'category',
  'split',
  'scores',
  'tokens',
  'model_a',
  'model_b',
  'winner',
  'winner_model_a',
  'winner_model_b',
  'winner_tie',
] as const

/** Names under which tables have the LLM and its score, in the long form. */
const LLM_NAMES = ['llm', 'model', 'llm_name', 'model_name', 'model_id']
const SCORE_NAMES = ['score', 'outcome', 'correct', 'label', 'success', 'accuracy', 'is_correct']

/** What else tables have of a prompt; it is no LLM. Pandas writes `Unnamed: 0` for the numbers of rows. */
const IGNORED = /^(?:id|\w+_id|index|language|unnamed: \d+|)$/i

const FORMS =
  '{"prompt", "scores": {LLM: score}}; prompt, model_a, model_b, winner; prompt, llm, score; or prompt and a column for each LLM'

type Fields = Record<string, unknown>

/**
 * Reads a row of any form, by the fields that it has.
 * @throws LLimitError INVALID_FILE with where it is, the form that was recognized, and what is expected.
 */
export function readJudgedRow({ value, where }: FileRow): JudgedRow {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { kind: 'outcomes', row: parseRow(outcomeRow, { value, where }), isPart: false }
  const fields = byKnownNames(value)
  const row = { value: fields, where }
  if ('model_a' in fields || 'model_b' in fields)
    return { kind: 'comparison', row: parseRow(comparisonSchema(fields), row) }
  if ('scores' in fields) return { kind: 'outcomes', row: parseRow(outcomeRow, row), isPart: false }
  const [llm, one] = [nameIn(fields, LLM_NAMES), nameIn(fields, SCORE_NAMES)]
  if (llm !== undefined && one !== undefined) return longRow(fields, llm, one, where)
  if (!('prompt' in fields) || llm !== undefined || one !== undefined) throw unknownForm(fields, where)
  return wideRow(fields, where)
}

/** The same row, its fields called as they are here. */
function byKnownNames(value: object): Fields {
  const entries = Object.entries(value).map(([name, content]): [string, unknown] => {
    const lower = name.trim().toLowerCase()
    const isKnown = [...KNOWN, ...LLM_NAMES, ...SCORE_NAMES].some((known) => known === lower)
    return [isKnown && !Object.hasOwn(value, lower) ? lower : name, content]
  })
  return Object.fromEntries(entries)
}

function nameIn(fields: Fields, names: readonly string[]): string | undefined {
  return names.find((name) => Object.hasOwn(fields, name))
}

const longSchema = z.object({ prompt: z.string(), ...promptFields, llm: llmCell, score: tableScore })

/** A row for each LLM on each prompt. */
function longRow(fields: Fields, llm: string, one: string, where: string): JudgedRow {
  const named = { ...fields, llm: fields[llm], score: fields[one] }
  const place = `${where}, read as prompt, ${llm}, ${one}`
  const row = parseRow(longSchema, { value: named, where: place })
  const { prompt, source, category, split } = row
  const scores = row.score === null ? {} : { [row.llm]: row.score }
  return { kind: 'outcomes', row: { prompt, source, category, split, scores }, isPart: true }
}

/** A column for each LLM. */
function wideRow(fields: Fields, where: string): JudgedRow {
  const columns = Object.keys(fields).filter(
    (name) => !KNOWN.some((known) => known === name) && !IGNORED.test(name),
  )
  if (columns.length === 0) throw unknownForm(fields, where)
  const scores: Record<string, number> = {}
  for (const column of columns) {
    const parsed = tableScore.safeParse(fields[column])
    if (!parsed.success) throw noScore(column, fields[column], where)
    if (parsed.data !== null) scores[column] = parsed.data
  }
  const { source, category, split, prompt } = fields
  const value = { prompt, source, category, split, scores }
  return { kind: 'outcomes', row: parseRow(outcomeRow, { value, where }), isPart: false }
}

function noScore(column: string, value: unknown, where: string): LLimitError {
  const got = typeof value === 'string' ? quote(value) : shorten(JSON.stringify(value))
  const message =
    `${where}: read as prompt and a column for each LLM: column ${quote(column)}: expected a score from 0 to 1 or nothing, ` +
    `got ${got}; the forms are ${FORMS}`
  return new LLimitError('INVALID_FILE', message)
}

function unknownForm(fields: Fields, where: string): LLimitError {
  const names = Object.keys(fields).join(', ') || 'none'
  const shown = names.length > 2 * MAX_SHOWN_LENGTH ? `${names.slice(0, 2 * MAX_SHOWN_LENGTH)}…` : names
  return new LLimitError(
    'INVALID_FILE',
    `${where}: expected one of the forms ${FORMS}, got the fields ${shown}`,
  )
}
