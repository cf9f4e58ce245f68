import type { Writable } from 'node:stream'

import { quietNativeTensorflow, VERSION } from '../../config/config.js'
import { codeOf, LLimitError, messageOf, quote } from '../../errors.js'
import { readArguments, suggestion } from './arguments.js'
import type { Command, Program } from './command.js'
import { helpOf, helpOfProgram, usageOf } from './help.js'
import { watchSignals } from './interruption.js'
import type { Interruption } from './interruption.js'
import { Terminal } from './terminal.js'

/** Exit statuses, besides 0 and those of signals. */
const FAILED = 1
const WRONG_USAGE = 2

/** Runs the command that the first word names, and sets the exit status. */
export async function runProgram(program: Program, args: readonly string[]): Promise<void> {
  quietNativeTensorflow()
  const { name, commands } = program
  const [first, ...rest] = args[0] === 'help' ? [...args.slice(1), '--help'] : args
  const { stdout, stderr } = process
  if (first === '--help' || first === '-h') {
    stdout.on('error', exitOnWriteError)
    end(stdout, helpOfProgram(program), 0)
    return
  }
  if (first === '--version') {
    end(stdout, VERSION, 0)
    return
  }
  const found = first !== undefined && Object.hasOwn(commands, first) ? commands[first] : undefined
  if (first !== undefined && found !== undefined) {
    // Signals can come while it is loaded.
    const interruption = watchSignals()
    await runCommand((await found.load()).command, `${name} ${first}`, rest, interruption)
    return
  }
  const problem =
    first === undefined
      ? 'expected a command'
      : `unknown command ${quote(first)}${suggestion(first, Object.keys(commands))}`
  const usage = `usage: ${name} <command> [flags] (${name} --help lists the commands)`
  end(stderr, `error: ${problem}\n${usage}`, WRONG_USAGE)
}

/**
 * Runs one command: its help, its result, its error and its exit status, in the same way for each.
 * @param name how it is called
 */
export async function runCommand(
  command: Command,
  name: string,
  args: readonly string[],
  interruption = watchSignals(),
): Promise<void> {
  const { stdout, stderr } = process
  if (command.stopsItself === true) {
    // Whoever reads the log of a server may end, and a disk may be full: that ends no server.
    for (const stream of [stdout, stderr]) stream.on('error', () => undefined)
  } else stdout.on('error', exitOnWriteError)
  if (args.includes('--help') || args.includes('-h')) {
    end(stdout, helpOf(name, command), 0)
    return
  }
  try {
    const given = readArguments(args, command)
    const run = command.prepare(given)
    const [json, quiet] = [given['json'] === true, given['quiet'] === true]
    const terminal = new Terminal({ stdout, stderr, json, quiet, signal: interruption.signal })
    await untilInterrupted(run, terminal, command.stopsItself === true ? undefined : interruption)
  } catch (error) {
    const isUsage = error instanceof LLimitError && error.code === 'INVALID_ARGUMENT'
    const hint = isUsage ? `\nusage: ${usageOf(name, command)} (${name} --help explains it)` : ''
    const stack = isInternalError(error) && error.stack !== undefined ? `\n${error.stack}` : ''
    end(stderr, `error: ${messageOf(error)}${hint}${stack}`, isUsage ? WRONG_USAGE : FAILED)
  }
}

/** What the command has deferred is done at its end, also if that is a signal. */
async function untilInterrupted(
  run: ReturnType<Command['prepare']>,
  terminal: Terminal,
  interruption: Interruption | undefined,
): Promise<void> {
  const ended = run(terminal).then((result) => ({ result }))
  try {
    const outcome = await Promise.race(interruption === undefined ? [ended] : [ended, interruption.status])
    if (typeof outcome === 'number') {
      await terminal.close()
      process.stderr.write('interrupted\n')
      // The command itself does not know yet.
      process.exit(outcome)
    }
    terminal.result(outcome.result)
  } finally {
    await terminal.close()
  }
}

function end(stream: Writable, text: string, status: number): void {
  stream.write(`${text}\n`)
  process.exitCode = status
}

/** If nobody reads on, as before `head`, there is nothing to say and nobody to say it to; a disk may be full. */
function exitOnWriteError(error: Error): void {
  if (codeOf(error) !== 'EPIPE')
    process.stderr.write(`error: the result cannot be written: ${messageOf(error)}\n`)
  process.exit(FAILED)
}

/** Neither an error that we foresaw nor a file or folder that the system does not give, whose message says all. */
function isInternalError(error: unknown): error is Error {
  return error instanceof Error && !(error instanceof LLimitError) && !('syscall' in error)
}
