/**
 * Every way in which this program refuses or fails, one word each. Clients see these words in error bodies; docs/api.md
 * lists them and a test holds the list to this union.
 */
export const ERROR_CODES = [
  'INVALID_JSON',
  'INVALID_REQUEST',
  'INVALID_MODEL_FORMAT',
  'INVALID_MODEL_TYPE',
  'UNKNOWN_LLM',
  'MODEL_NOT_FOUND',
  'NOT_FOUND',
  'METHOD_NOT_ALLOWED',
  'TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
  'MODEL_BROKEN',
  'ENGINE_UNAVAILABLE',
  'OVERLOADED',
  'DEADLINE_EXCEEDED',
  'INVALID_CONFIG',
  'INVALID_CHECKPOINT',
  'INTERNAL',
] as const

export type ErrorCode = (typeof ERROR_CODES)[number]

/** One fault in a request body: where it is (`prompts[3]`) and what is wrong with it. */
export interface FieldError {
  path: string
  message: string
}

interface Options {
  cause?: unknown
  /** Faults field by field, for a request that does not validate. */
  errors?: FieldError[]
  /** When trying again may help, for a refusal that passes. */
  retryAfterSeconds?: number
}

/**
 * The one error class of the project. `message` is a sentence without its full stop, for a client unless `code` is
 * `INTERNAL`; what must stay inside (paths, stack traces of libraries) goes into `cause`, which is only logged.
 */
export class LLimitError extends Error {
  override readonly name = 'LLimitError'
  readonly code: ErrorCode
  readonly errors: readonly FieldError[]
  readonly retryAfterSeconds: number | undefined

  constructor(code: ErrorCode, message: string, options: Options = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.errors = options.errors ?? []
    this.retryAfterSeconds = options.retryAfterSeconds
  }
}

/** The message of anything that was thrown; a thrown value need not be an Error. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}

/** Longest text from outside in a message, in UTF-16 units: enough for a name, and the message stays a sentence. */
export const LONGEST_SHOWN = 80

/** Text from outside (a name, a path, a header) as a message shows it, cut. */
export function shorten(text: string): string {
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN - 1)}…` : text
}

/** The same in quotes and escaped, where the text may hold anything. */
export function quote(text: string): string {
  return JSON.stringify(shorten(text))
}
