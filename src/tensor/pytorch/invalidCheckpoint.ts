import { LLimitError } from '../../errors.js'

/**
 * The error for a checkpoint that cannot be read, is damaged or is hostile.
 * @param message what is expected and what was received, without the name of the file
 */
export function invalidCheckpoint(message: string, cause?: unknown): LLimitError {
  return new LLimitError('INVALID_CHECKPOINT', message, { cause })
}

/** The error for a fault that was found in a file: its message begins with the name of the file. */
export function inFile(name: string, error: unknown): unknown {
  if (!(error instanceof LLimitError)) return error
  const named = error.message.startsWith(`${name}: `) ? error.message : `${name}: ${error.message}`
  return invalidCheckpoint(named, error.cause)
}
