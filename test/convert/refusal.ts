import { expect } from 'chai'

import { LLimitError } from '../../src/errors.js'
import { refusal, rejection } from '../rejection.js'

/** Runs something that must refuse a checkpoint, and returns the message of the refusal. */
export function refusalOf(run: () => unknown): string {
  return messageOfRefusal(refusal(run))
}

/** The same for something asynchronous. */
export async function asyncRefusalOf(run: () => Promise<unknown>): Promise<string> {
  return messageOfRefusal(await rejection(run()))
}

/** Runs something that may succeed or refuse, and must not fail in any other way. */
export async function succeedsOrRefuses(run: () => unknown): Promise<void> {
  try {
    await run()
  } catch (error) {
    messageOfRefusal(error)
  }
}

function messageOfRefusal(error: unknown): string {
  if (!(error instanceof LLimitError)) throw error
  expect(error.code).to.equal('INVALID_CHECKPOINT')
  return error.message
}
