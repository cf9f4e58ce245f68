import { ERROR_CODES, LLimitError } from '../errors.js'
import type { ErrorCode } from '../errors.js'
import type { ReplyError } from './calls.js'

/** The cause of the error of a call in which a worker was stuck, trapped or ran out of memory. */
export class CulpritError extends Error {}

/** Whether the call that was rejected so is why a worker had to be replaced. */
export function isCulprit(error: unknown): error is LLimitError {
  return error instanceof LLimitError && error.cause instanceof CulpritError
}

/** An error of the other side, with its code. */
export function revive(error: ReplyError): LLimitError {
  const cause = new Error(error.message)
  if (error.stack !== undefined) cause.stack = error.stack
  return new LLimitError(isErrorCode(error.code) ? error.code : 'INTERNAL', error.message, { cause })
}

function isErrorCode(code: string | undefined): code is ErrorCode {
  return ERROR_CODES.some((known) => known === code)
}
