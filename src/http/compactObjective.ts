import type { RankObjective } from '../selection/ranking.js'
import { LLimitError, quote } from '../errors.js'
import { describeIssues } from '../validation.js'
import { objectiveSchema } from './objectiveSchemas.js'
import { asObjective } from './rankRequest.js'

/** Fields that hold the name of an LLM; in all others a number is one. */
const NAMES = ['strong', 'weak', 'baseline']

const NUMBER = /^-?(?:\d+\.?\d*|\.\d+)(?:e-?\d+)?$/i

/** What the questions of gateways are answered by. */
export interface GatewayObjective {
  objective: RankObjective
  /** Whether a choice is not made where the card does not believe in it; undefined: in answers that can say so. */
  abstains: boolean | undefined
}

/**
 * Reads an objective of `POST /rank` in one line: `sufficient`, `value:dollars=0.01`, `threshold:strong=a,weak=b,threshold=0.1`; each
 * may have the field `abstain` too.
 * @param setting that has it, for an error
 * @throws LLimitError INVALID_CONFIG
 */
export function parseObjective(text: string, setting: string): GatewayObjective {
  const [, type = '', list] = /^([^:]*)(?::(.*))?$/s.exec(text.trim()) ?? []
  const fields = list === undefined ? [] : list.split(',').map((field) => fieldOf(field, setting))
  const { abstain, ...own } = Object.fromEntries(fields)
  const given = { type: type.trim(), ...own }
  const parsed = objectiveSchema.safeParse(given, { reportInput: true })
  if (!parsed.success) throw invalid(`${setting}: ${describeIssues(parsed.error, 'the objective')}`, text)
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(parsed.data, name))
  if (unknown !== undefined) throw invalid(`${setting}: expected no field ${quote(unknown)} of ${type}`, text)
  if (parsed.data.type === 'budget') {
    throw invalid(`${setting}: expected an objective for one prompt, got budget, which is for several`, text)
  }
  if (abstain !== undefined && abstain !== 'true' && abstain !== 'false') {
    throw invalid(`${setting}: abstain: expected true or false, got ${quote(String(abstain))}`, text)
  }
  return {
    objective: asObjective(parsed.data),
    abstains: abstain === undefined ? undefined : abstain === 'true',
  }
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
