import { LLimitError } from '../errors.js'

/**
 * The error for a checkpoint that cannot be read, is damaged or is hostile.
 * @param message one sentence, in lower case and without its stop
 */
export function invalidCheckpoint(message: string, cause?: unknown): LLimitError {
  return new LLimitError('INVALID_CHECKPOINT', message, { cause })
}
