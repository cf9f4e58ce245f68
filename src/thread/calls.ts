/**
 * What a thread can be asked to do: name -> function of one argument. Both sides are typed by the same interface.
 * Arguments and results cross by structured clone, so typed arrays and plain objects only.
 */
export type Calls<C> = { [K in keyof C]: (argument: never) => unknown }

export interface CallMessage {
  id: number
  method: string
  argument: unknown
}

/** Is answered by the event loop itself: a thread that does not is stuck. */
export const PING_ID = -1

/** What a worker is started with. */
export interface ServeData {
  /** [1] Id of the call that the worker computes for, where the other side can see it while the worker is stuck. */
  current: Int32Array
  /** See `lowerPriority`. */
  nice: number
}

/** `error` carries the code of an LLimitError; everything else becomes INTERNAL on the other side. */
export interface ReplyError {
  code?: string
  message: string
  stack?: string
  /** After a WebAssembly trap: the thread can compute nothing more. */
  isFatal?: boolean
}

export type ReplyMessage = { id: number; value: unknown } | { id: number; error: ReplyError }
