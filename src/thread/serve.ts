import { parentPort } from 'node:worker_threads'

import { LLimitError, messageOf } from '../errors.js'
import type { Calls, CallMessage, ReplyMessage } from './calls.js'

/**
 * Inside a worker: answers each call with what `handlers` return, or with their error. A Float32Array that is returned
 * is moved, not copied, so a handler must not keep it.
 */
export function serveCalls<C extends Calls<C>>(handlers: C): void {
  if (parentPort === null) throw new LLimitError('INTERNAL', 'Expected serveCalls to run in a worker thread')
  const port = parentPort
  const table = new Map<string, (argument: never) => unknown>(Object.entries(handlers))
  port.on('message', (message: CallMessage) => {
    void answer(table, message).then((reply) => port.postMessage(reply, buffersOf(reply)))
  })
}

async function answer(
  table: ReadonlyMap<string, (argument: never) => unknown>,
  { id, method, argument }: CallMessage,
): Promise<ReplyMessage> {
  try {
    const handler = table.get(method)
    if (handler === undefined)
      throw new LLimitError('INTERNAL', `Expected a call that the thread has, got "${method}"`)
    // The types of both sides come from one interface, which the compiler cannot see across postMessage.
    return { id, value: await handler(argument as never) }
  } catch (thrown) {
    const error: { code?: string; message: string; stack?: string } = { message: messageOf(thrown) }
    if (thrown instanceof LLimitError) error.code = thrown.code
    if (thrown instanceof Error && thrown.stack !== undefined) error.stack = thrown.stack
    return { id, error }
  }
}

function buffersOf(reply: ReplyMessage): ArrayBuffer[] {
  const buffer = 'value' in reply && reply.value instanceof Float32Array ? reply.value.buffer : undefined
  return buffer instanceof ArrayBuffer ? [buffer] : []
}
