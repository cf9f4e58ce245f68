import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

import { messageOf } from '../src/errors.js'

/**
 * Runs a program to its end.
 * @returns the last line that it prints.
 * @throws Error with the last line of what it complains about.
 */
export async function runProcess(command: string, args: readonly string[]): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(command, args)
    return lastLine(stdout)
  } catch (cause) {
    throw new Error(lastLine(messageOf(cause)), { cause })
  }
}

function lastLine(text: string): string {
  return text.trim().replace(/^[^]*\n/, '')
}
