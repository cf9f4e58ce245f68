import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

import { LLimitError, messageOf } from '../../src/errors.js'

const execute = promisify(execFile)

/**
 * Runs a program and waits for its end.
 * @returns what it printed
 * @throws LLimitError ENGINE_UNAVAILABLE with the end of its error output, which names what failed
 */
export async function run(program: string, args: readonly string[], cwd?: string): Promise<string> {
  try {
    const { stdout } = await execute(program, args, { cwd, maxBuffer: 64 * 2 ** 20 })
    return stdout.trim()
  } catch (error) {
    const lines = messageOf(error).trim().split('\n')
    throw new LLimitError('ENGINE_UNAVAILABLE', `${program} failed: ${lines.slice(-20).join('\n')}`)
  }
}
