import { parseArgs } from 'node:util'

import { closest, distance } from 'fastest-levenshtein'

import { flagOf } from '../../config/settings.js'
import { LLimitError, quote } from '../../errors.js'
import type { Command } from './command.js'
import { COMMON_FLAGS, arityOf } from './flags.js'

/** A name further away than this share of its length is no misspelling of another. */
const MAX_DISTANCE = 0.5

/** What was typed, by the names of the flags in camel case. */
export type Given = Record<string, string | boolean | string[]>

/**
 * Reads the words behind the name of a command.
 * @throws LLimitError INVALID_ARGUMENT for a flag that does not exist, with the nearest one that does, for a flag without
 * its value, and for a word that belongs to none.
 */
export function readArguments(
  args: readonly string[],
  { flags, positionals = [] }: Pick<Command, 'flags' | 'positionals'>,
): Given {
  const schemas = Object.entries({ ...flags.shape, ...COMMON_FLAGS.shape })
  const byFlag = new Map(
    schemas
      .filter(([name]) => !positionals.includes(name))
      .map(([name, schema]) => [flagOf(name), { name, kind: arityOf(schema) }]),
  )
  const given: Given = {}
  // A list takes the words that follow its first value.
  let list: string[] | undefined
  for (const token of tokensOf(args, byFlag)) {
    if (token.kind === 'option-terminator') {
      list = undefined
    } else if (token.kind === 'option') {
      const { rawName, value, inlineValue } = token
      const known = byFlag.get(rawName === '-h' ? '--help' : rawName)
      if (known === undefined) throw unknownFlag(rawName, [...byFlag.keys()])
      list = undefined
      if (known.kind === 'switch') {
        if (inlineValue === true) throw invalid(`${rawName} takes no value, got ${quote(value)}`)
        given[known.name] = true
        continue
      }
      if (value === undefined || (!inlineValue && byFlag.has(value))) {
        throw invalid(`${rawName}: expected a value, got ${value ?? 'nothing'}`)
      }
      if (known.kind === 'value') {
        given[known.name] = value
      } else {
        const before = given[known.name]
        list = Array.isArray(before) ? before : []
        list.push(value)
        given[known.name] = list
      }
    } else if (list !== undefined) {
      list.push(token.value)
    } else {
      const next = positionals.find((name) => given[name] === undefined)
      if (next === undefined) throw invalid(`unexpected argument ${quote(token.value)}`)
      given[next] = token.value
    }
  }
  return given
}

/** `; did you mean X?` if one of the known names is near, else nothing. */
export function suggestion(word: string, known: readonly string[]): string {
  const nearest = closest(word, [...known])
  const isNear = distance(word, nearest) <= MAX_DISTANCE * nearest.length
  return isNear ? `; did you mean ${nearest}?` : ''
}

function tokensOf(args: readonly string[], byFlag: ReadonlyMap<string, { kind: string }>) {
  const options = [...byFlag].map(([flag, { kind }]) => {
    const type = kind === 'switch' ? ('boolean' as const) : ('string' as const)
    return [flag.slice('--'.length), { type, ...(flag === '--help' && { short: 'h' }) }] as const
  })
  // Not strict: its messages would name no near flag, and `--seed -7` is no mistake.
  const settings = { strict: false, tokens: true, allowPositionals: true } as const
  return parseArgs({ ...settings, args: [...args], options: Object.fromEntries(options) }).tokens
}

function unknownFlag(flag: string, known: readonly string[]): LLimitError {
  return invalid(`unknown flag ${flag}${suggestion(flag, known)}`)
}

function invalid(message: string): LLimitError {
  return new LLimitError('INVALID_ARGUMENT', message)
}
