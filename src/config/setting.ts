import { z } from 'zod'

import { LLimitError } from '../errors.js'

declare module 'zod' {
  interface GlobalMeta {
    /** Of a flag or setting: stands for its value in the help. */
    placeholder?: string
  }
}

/** A setting with what the help says of it. */
export function setting<S extends z.ZodType>(schema: S, placeholder: string, description: string): S {
  return schema.meta({ placeholder, description })
}

/** `maxPrompts` -> `LLIMIT_MAX_PROMPTS`; host and port go by the names that every hosting platform sets. */
export function variableOf(name: string): string {
  const upper = name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()
  return name === 'host' || name === 'port' ? upper : `LLIMIT_${upper}`
}

/** @returns the entries of a setting of several, with commas between them; none if it is empty. */
export function entriesOf(text: string): string[] {
  return text === '' ? [] : text.split(',').map((entry) => entry.trim())
}

/** A setting of entries as `entriesOf` reads them. */
export function entries(entry: RegExp, expected: string): z.ZodString {
  return z.string().refine((text) => entriesOf(text).every((each) => entry.test(each)), expected)
}

/**
 * What is read from the file that a setting names.
 * @throws LLimitError that of reading it, with the name of the setting in front.
 */
export async function ofSetting<T>(name: string, reading: Promise<T>): Promise<T> {
  try {
    return await reading
  } catch (cause) {
    if (!(cause instanceof LLimitError)) throw cause
    throw new LLimitError(cause.code, `${variableOf(name)}: ${cause.message}`, { cause })
  }
}
