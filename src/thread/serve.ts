import { parentPort, workerData } from 'node:worker_threads'

import { LLimitError, messageOf } from '../errors.js'
import { PING_ID } from './calls.js'
import type { Calls, CallMessage, ReplyError, ReplyMessage, ServeData } from './calls.js'
import { lowerPriority } from './priority.js'

/**
 * Inside a worker: answers each call with what `handlers` return, or with their error. A Float32Array that is returned
 * is moved, not copied, so a handler must not keep it.
 */
export function serveCalls<C extends Calls<C>>(handlers: C): void {
  if (parentPort === null) throw new LLimitError('INTERNAL', 'Expected serveCalls to run in a worker thread')
  const port = parentPort
  // Before a handler loads an engine, whose threads have the priority of the one that starts them.
  lowerPriority((workerData as ServeData).nice)
  const table = new Map<string, (argument: never) => unknown>(Object.entries(handlers))
  port.on('message', (message: CallMessage) => {
    if (message.id === PING_ID) {
      port.postMessage({ id: PING_ID, value: undefined } satisfies ReplyMessage)
      return
    }
    mark(message.id)
    void answer(table, message).then((reply) => port.postMessage(reply, buffersOf(reply)))
  })
}

/**
 * To be called at the beginning of a handler that lets others work in between. What it returns is to be called whenever the
 * handler goes on, so that it is this call that is blamed if the thread is stuck.
 */
export function currentCall(): () => void {
  const id = marked
  return () => mark(id)
}

let marked = PING_ID

function mark(id: number): void {
  marked = id
  Atomics.store((workerData as ServeData).current, 0, id)
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
    const error: ReplyError = { message: messageOf(thrown), isFatal: isTrap(thrown) }
    if (thrown instanceof LLimitError) error.code = thrown.code
    if (thrown instanceof Error && thrown.stack !== undefined) error.stack = thrown.stack
    return { id, error }
  }
}

/** Memory of a WebAssembly module that trapped is in no known state, and every other network of the thread lies in it. */
function isTrap(thrown: unknown): boolean {
  if (thrown instanceof WebAssembly.RuntimeError) return true
  return thrown instanceof Error && thrown.cause !== undefined && isTrap(thrown.cause)
}

function buffersOf(reply: ReplyMessage): ArrayBuffer[] {
  const buffer = 'value' in reply && reply.value instanceof Float32Array ? reply.value.buffer : undefined
  return buffer instanceof ArrayBuffer ? [buffer] : []
}
