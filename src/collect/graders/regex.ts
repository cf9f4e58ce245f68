import { createContext, runInContext } from 'node:vm'

import { messageOf } from '../../errors.js'
import { isSame } from './exact.js'

/** Of one search: some patterns take exponential time on some answers. */
const MAX_SEARCH_MS = 1000

/**
 * A regular expression of a user: `/…/flags`, or the text of it.
 * @throws SyntaxError
 */
export function parsePattern(pattern: string): RegExp {
  const [, source, flags] = /^\/(.+)\/([a-z]*)$/s.exec(pattern) ?? []
  return source === undefined ? new RegExp(pattern) : new RegExp(source, flags)
}

/**
 * 1 if the expression is found in the answer, else 0. If it has a group and there are references, what the group has where it
 * is found last must be one of them.
 * @throws RangeError if the search takes more than a second.
 */
export function gradeRegex(answer: string, pattern: string, references: readonly string[]): number {
  const { source, flags } = parsePattern(pattern)
  const all = new RegExp(source, flags.includes('g') ? flags : `${flags}g`)
  const last = search(answer, all).at(-1)
  if (last === undefined) return 0
  if (last.length === 1 || references.length === 0) return 1
  const group = last.slice(1).find((one) => one !== undefined)
  return Number(group !== undefined && references.some((reference) => isSame(group, reference)))
}

/** Only code in a context can be stopped; making one takes longer than most searches. */
const context: Record<string, unknown> = createContext({})

/** What is found, each with its groups. */
function search(answer: string, pattern: RegExp): (string | undefined)[][] {
  context['answer'] = answer
  context['pattern'] = pattern
  try {
    return runInContext('Array.from(answer.matchAll(pattern), (match) => Array.from(match))', context, {
      timeout: MAX_SEARCH_MS,
    }) as (string | undefined)[][]
  } catch (cause) {
    const message = `Expected a search that takes at most ${MAX_SEARCH_MS} ms, got ${messageOf(cause)}`
    throw new RangeError(`${message}; simplify the pattern ${String(pattern)}`, { cause })
  }
}
