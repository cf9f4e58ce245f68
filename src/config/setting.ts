import type { z } from 'zod'

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
