import { LLimitError } from '../../src/errors.js'
import { run } from './command.js'

/** @throws LLimitError ENGINE_UNAVAILABLE if the addon cannot be built here, with what to install. */
export async function checkPrerequisites(): Promise<void> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw unavailable(
      `native TensorFlow can be built on linux x64 only; this is ${process.platform} ${process.arch}`,
    )
  }
  const missing: string[] = []
  if (!(await works('python3', ['-m', 'pip', '--version']))) missing.push('python3 with pip')
  if (!(await works('g++', ['--version']))) missing.push('g++')
  if (missing.length > 0) {
    throw unavailable(
      `missing: ${missing.join(' and ')} (on Debian or Ubuntu: apt-get install python3-pip g++)`,
    )
  }
}

function works(program: string, args: readonly string[]): Promise<boolean> {
  return run(program, args).then(
    () => true,
    () => false,
  )
}

function unavailable(why: string): LLimitError {
  return new LLimitError('ENGINE_UNAVAILABLE', why)
}
