import type { z } from 'zod'

import { checkFlags } from './flags.js'
import type { Flags } from './flags.js'
import type { Terminal } from './terminal.js'

interface About<F extends Flags> {
  /** What it does, in a few sentences. */
  description: string
  /** Whole command lines. */
  examples: readonly string[]
  /** Name of a flag in camel case -> its schema, which has `description` and `placeholder` as its metadata. */
  flags: F
  /** Which of `flags` are given as words of their own, without their names, in this order. */
  positionals?: readonly (keyof F['shape'] & string)[]
  /** Whether it ends by itself, and in order, when `terminal.signal` is aborted. */
  stopsItself?: boolean
}

interface Definition<F extends Flags> extends About<F> {
  /** @returns the result, which `--json` prints */
  run: (options: z.output<F>, terminal: Terminal) => Promise<unknown>
}

export interface Command extends About<Flags> {
  /**
   * Checks what was typed.
   * @throws LLimitError INVALID_ARGUMENT
   */
  prepare: (given: Readonly<Record<string, unknown>>) => (terminal: Terminal) => Promise<unknown>
}

/** A program of several commands, each of which is loaded when it is called. */
export interface Program {
  name: string
  description: string
  commands: Readonly<Record<string, ProgramCommand>>
}

interface ProgramCommand {
  summary: string
  load: () => Promise<{ command: Command }>
}

/** A command whose `run` gets the values of its flags, checked and typed. */
export function defineCommand<F extends Flags>({ run, ...about }: Definition<F>): Command {
  const { flags, positionals } = about
  return {
    ...about,
    prepare: (given) => {
      const options = checkFlags(flags, given, positionals)
      return (terminal) => run(options, terminal)
    },
  }
}
