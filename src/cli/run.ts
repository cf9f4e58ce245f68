import { LLimitError, messageOf } from '../errors.js'

export function print(line: string): void {
  process.stdout.write(line + '\n')
}

/**
 * Runs the body of a command: `--help` prints the usage; what it throws becomes one line on stderr and exit status 1,
 * with the usage where the arguments were wrong and with the stack where it is our own mistake.
 */
export async function runScript(usage: string, body: () => Promise<void>): Promise<void> {
  if (process.argv.slice(2).some((argument) => argument === '--help' || argument === '-h')) {
    print(usage)
    return
  }
  process.stdout.on('error', endUnread)
  try {
    await body()
  } catch (error) {
    process.exitCode = 1
    process.stderr.write(`error: ${messageOf(error)}\n`)
    if (isUsageError(error)) process.stderr.write(`\n${usage}\n`)
    else if (isOurMistake(error)) process.stderr.write(`${error.stack ?? ''}\n`)
  }
}

/** Where nobody reads on, as before `head`, there is nothing to say and nobody to say it to. */
function endUnread(error: Error): void {
  if ('code' in error && error.code === 'EPIPE') process.exit(1)
  throw error
}

/** Neither an error that we foresaw nor a file or folder that the system refuses, whose message says all. */
function isOurMistake(error: unknown): error is Error {
  return error instanceof Error && !(error instanceof LLimitError) && !('syscall' in error)
}

/** Wrong arguments: found by us, or by node:util's parseArgs. */
function isUsageError(error: unknown): boolean {
  if (error instanceof LLimitError) return error.code === 'INVALID_REQUEST'
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' && code.startsWith('ERR_PARSE_ARGS')
}
