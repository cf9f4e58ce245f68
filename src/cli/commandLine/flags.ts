import { z } from 'zod'

import { variableOf } from '../../config/setting.js'
import { flagOf, SETTINGS } from '../../config/settings.js'
import type { SettingName } from '../../config/settings.js'
import { LLimitError } from '../../errors.js'
import { describeIssues, integer } from '../../validation.js'

/** The flags of a command, by their names in camel case. Every value is typed as text, a list of texts or nothing. */
export type Flags = z.ZodObject<Record<string, z.ZodType>>

/** Every command has them. */
export const COMMON_FLAGS = z.object({
  json: flag(z.boolean().default(false), '', 'print the result as one JSON document, all else on stderr'),
  quiet: flag(z.boolean().default(false), '', 'print the result and errors only'),
  help: flag(z.boolean().default(false), '', 'show this help'),
})

/** @param placeholder stands for the value in the help; empty for a flag that takes none */
export function flag<S extends z.ZodType>(schema: S, placeholder: string, description: string): S {
  return schema.meta({ placeholder, description })
}

/** One file or several: `--outcomes a b`, or the flag repeated. */
export function files() {
  return z.array(z.string())
}

/** A list of names in one word, split at commas; `\,` is a comma inside a name. A name counts once. */
export function names() {
  return z.string().transform((text, context) => {
    const parts = text.match(/(\\,|[^,])+/g) ?? []
    const found = parts.map((part) => part.replaceAll('\\,', ',').trim()).filter((name) => name !== '')
    if (found.length > 0) return [...new Set(found)]
    context.issues.push({ code: 'custom', message: 'expected names', input: text })
    return z.NEVER
  })
}

/** Of a generator of random numbers. */
export function seed() {
  return integer(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER).default(1)
}

/** Some of the settings as flags. They are checked by `readConfig`, which knows the source of each value. */
export function settingFlags<N extends SettingName>(...settings: readonly N[]) {
  const shape = settings.map((name) => {
    const meta = { ...SETTINGS.shape[name].meta() }
    const initial = defaultOf(SETTINGS.shape[name])
    const known = initial === undefined ? [] : [`default: ${initial}`]
    const notes = [...known, `environment: ${variableOf(name)}`].join(', ')
    const description = `${meta.description} (${notes})`
    return [
      name,
      z
        .string()
        .optional()
        .meta({ ...meta, description }),
    ]
  })
  return Object.fromEntries(shape) as Record<N, z.ZodOptional<z.ZodString>>
}

/** How a flag is typed: without a value, with one, or with one or more. */
export function arityOf(schema: z.ZodType): 'switch' | 'value' | 'list' {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodOptional) {
    return arityOf(schema.unwrap() as z.ZodType)
  }
  if (schema instanceof z.ZodPipe) return arityOf(schema.in as z.ZodType)
  if (schema instanceof z.ZodBoolean) return 'switch'
  return schema instanceof z.ZodArray ? 'list' : 'value'
}

/** The default of a flag as text; undefined if it has none or if it is empty. */
export function defaultOf(schema: z.ZodType): string | undefined {
  if (!(schema instanceof z.ZodDefault) || arityOf(schema) === 'switch') return undefined
  const text = String(schema.def.defaultValue)
  return text === '' ? undefined : text
}

export function isRequired(schema: z.ZodType): boolean {
  return !schema.safeParse(undefined).success
}

/**
 * The values of the flags, each checked on its own and then together.
 * @throws LLimitError INVALID_ARGUMENT, naming every flag that is invalid.
 */
export function checkFlags<F extends Flags>(
  flags: F,
  given: Readonly<Record<string, unknown>>,
  positionals: readonly string[] = [],
): z.output<F> {
  const faults = Object.entries(flags.shape).flatMap(([name, schema]) => {
    const { error } = schema.safeParse(given[name], { reportInput: true })
    if (error === undefined) return []
    const label = positionals.includes(name) ? `<${name}>` : flagOf(name)
    return [given[name] === undefined ? `${label} is missing` : describeIssues(error, label)]
  })
  if (faults.length > 0) throw new LLimitError('INVALID_ARGUMENT', faults.join('; '))
  const parsed = flags.safeParse(given)
  if (parsed.success) return parsed.data
  const messages = parsed.error.issues.map(({ message }) => message)
  throw new LLimitError('INVALID_ARGUMENT', messages.join('; '))
}
