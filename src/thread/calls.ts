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

/** `error` carries the code of an LLimitError; everything else becomes INTERNAL on the other side. */
export type ReplyMessage =
  { id: number; value: unknown } | { id: number; error: { code?: string; message: string; stack?: string } }
