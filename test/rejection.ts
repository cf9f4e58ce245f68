import { LLimitError } from '../src/errors.js'

/** What a promise rejects with; throws if it does not reject, so that a test cannot pass by accident. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  let value: unknown
  try {
    value = await promise
  } catch (error) {
    return error
  }
  throw new Error(`expected a rejection, got ${JSON.stringify(value)}`)
}

/** The LLimitError that `run` throws; throws if it returns, and passes on whatever else it throws. */
export function thrownBy(run: () => unknown): LLimitError {
  let value: unknown
  try {
    value = run()
  } catch (error) {
    if (error instanceof LLimitError) return error
    throw error
  }
  throw new Error(`expected an error, got ${JSON.stringify(value)}`)
}
