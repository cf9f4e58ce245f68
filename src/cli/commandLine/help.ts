import type { z } from 'zod'

import { flagOf } from '../../config/settings.js'
import type { Command, Program } from './command.js'
import { COMMON_FLAGS, defaultOf, isRequired, arityOf } from './flags.js'

/** Columns of a terminal of the usual width. */
const COLUMNS = 100
/** Of the names of flags. */
const MAX_INDENT = 32

/** `llimit train --outcomes <file>... --name <name> [flags]` */
export function usageOf(name: string, { flags, positionals = [] }: Command): string {
  const required = Object.entries(flags.shape)
    .filter(([flag, schema]) => isRequired(schema) && !positionals.includes(flag))
    .map(([flag, schema]) => formOf(flag, schema))
  const optional = Object.entries(flags.shape).filter(([, schema]) => !isRequired(schema))
  const isOptional = (word: string) => optional.some(([flag]) => flag === word)
  const words = positionals.map((word) => (isOptional(word) ? `[<${word}>]` : `<${word}>`))
  return [name, ...words, ...required, '[flags]'].join(' ')
}

/** What `--help` prints. */
export function helpOf(name: string, command: Command): string {
  const { flags, positionals = [], description, examples } = command
  const shown = Object.entries({ ...flags.shape, ...COMMON_FLAGS.shape }).map(
    ([flag, schema]): [string, string] => [
      positionals.includes(flag) ? `<${flag}>` : formOf(flag, schema),
      describe(schema),
    ],
  )
  return [
    ...wrap(description, COLUMNS),
    '',
    `Usage: ${usageOf(name, command)}`,
    '',
    'Flags:',
    ...columns(shown),
    '',
    'Examples:',
    ...examples.map((example) => `  ${example}`),
  ].join('\n')
}

/** What `--help` prints if no command is named. */
export function helpOfProgram({ name, description, commands }: Program): string {
  const rows = Object.entries(commands).map(([command, { summary }]) => [command, summary] as const)
  return [
    ...wrap(description, COLUMNS),
    '',
    `Usage: ${name} <command> [flags]`,
    '',
    'Commands:',
    ...columns(rows),
    '',
    `${name} <command> --help explains a command, ${name} --version prints the version.`,
    'Exit status: 0, 1 (failed), 2 (wrong usage), 130 (interrupted).',
  ].join('\n')
}

/** Names to the left of their descriptions. */
function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.min(MAX_INDENT, Math.max(...rows.map(([name]) => name.length)) + '    '.length)
  return rows.flatMap(([name, text]) => {
    const [first, ...rest] = wrap(text, COLUMNS - width).map((line) => ' '.repeat(width) + line)
    const label = `  ${name}`
    // On the line where the text begins, or on one of its own.
    if (first === undefined) return [label]
    return label.length + 2 > width ? [label, first, ...rest] : [label + first.slice(label.length), ...rest]
  })
}

/** `--outcomes <file>...` */
function formOf(name: string, schema: z.ZodType): string {
  const kind = arityOf(schema)
  if (kind === 'switch') return flagOf(name)
  const value = `<${schema.meta()?.placeholder ?? 'value'}>`
  return `${flagOf(name)} ${value}${kind === 'list' ? '...' : ''}`
}

function describe(schema: z.ZodType): string {
  const { description = '' } = schema.meta() ?? {}
  const initial = defaultOf(schema)
  return initial === undefined ? description : `${description} (default: ${initial})`
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else {
      line = line === '' ? word : `${line} ${word}`
    }
  }
  return [...lines, line]
}
