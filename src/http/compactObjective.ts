import type { RankObjective } from '../selection/ranking.js'
import { LLimitError, quote } from '../errors.js'
import { describeIssues } from '../validation.js'
import { objectiveSchema } from './objectiveSchemas.js'
import { asObjective } from './rankRequest.js'

/** Fields that hold the name of an LLM; in all others a number is one. */
const NAMES = ['strong', 'weak', 'baseline']

const NUMBER = /^-?(?:\d+\.?\d*|\.\d+)(?:e-?\d+)?$/i

/**
 * Reads an objective of `POST /rank` in one line: `sufficient`, `value:dollars=0.01`, `threshold:strong=a,weak=b,threshold=0.1`.
 * @param setting that has it, for an error
 * @throws LLimitError INVALID_CONFIG
 */
export function parseObjective(text: string, setting: string): RankObjective {
  const [, type = '', list] = /^([^:]*)(?::(.*))?$/s.exec(text.trim()) ?? []
  const fields = list === undefined ? [] : list.split(',').map((field) => fieldOf(field, setting))
  const given = { type: type.trim(), ...Object.fromEntries(fields) }
  const parsed = objectiveSchema.safeParse(given, { reportInput: true })
  if (!parsed.success) throw invalid(`${setting}: ${describeIssues(parsed.error, 'the objective')}`, text)
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(parsed.data, name))
  if (unknown !== undefined) throw invalid(`${setting}: expected no field ${quote(unknown)} of ${type}`, text)
  if (parsed.data.type === 'budget') {
    throw invalid(`${setting}: expected an objective for one prompt, got budget, which is for several`, text)
  }
  return asObjective(parsed.data)
}

function fieldOf(field: string, setting: string): [string, string | number] {
  const [, name, value] = /^\s*(\w+)\s*=\s*(.*?)\s*$/.exec(field) ?? []
  if (name === undefined || value === undefined) {
    throw new LLimitError('INVALID_CONFIG', `${setting}: expected <field>=<value>, got ${quote(field)}`)
  }
  return [name, !NAMES.includes(name) && NUMBER.test(value) ? Number(value) : value]
}

function invalid(problem: string, text: string): LLimitError {
  return new LLimitError('INVALID_CONFIG', `${problem}, in ${quote(text)}; docs/rank.md lists the objectives`)
}
