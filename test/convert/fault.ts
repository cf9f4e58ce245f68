import { expect } from 'chai'

import { LLimitError } from '../../src/errors.js'
import { thrownBy, rejection } from '../rejection.js'

/** Runs something that must reject a checkpoint, and returns the message of the error. */
export function faultOf(run: () => unknown): string {
  return messageOf(thrownBy(run))
}

/** The same for something asynchronous. */
export async function asyncFaultOf(run: () => Promise<unknown>): Promise<string> {
  return messageOf(await rejection(run()))
}

/** Runs something that may succeed or reject, and must not fail in any other way. */
export async function succeedsOrRejects(run: () => unknown): Promise<void> {
  try {
    await run()
  } catch (error) {
    messageOf(error)
  }
}

function messageOf(error: unknown): string {
  if (!(error instanceof LLimitError)) throw error
  expect(error.code).to.equal('INVALID_CHECKPOINT')
  return error.message
}
