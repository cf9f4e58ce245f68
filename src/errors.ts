/** What clients see in error bodies, one word each; docs/api.md lists them and a test holds the list to this one. */
export const ANSWER_CODES = [
  // A request, or what it names.
  'UNAUTHORIZED',
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
  'EXPECTATION_FAILED',
  // A saved model or an encoder on disk is damaged: it stays so until somebody mends it.
  'MODEL_BROKEN',
  // Passing: trying again may help.
  'ENGINE_UNAVAILABLE',
  'OVERLOADED',
  'DEADLINE_EXCEEDED',
  // Our own fault.
  'INTERNAL',
] as const

/** What ends a command or the start of the server. */
export const COMMAND_CODES = [
  /** A setting. */
  'INVALID_CONFIG',
  /** A flag: exit status 2, with one line of usage. */
  'INVALID_ARGUMENT',
  /** A file that somebody wrote: the message names it, and the line if there is one. */
  'INVALID_FILE',
  'INVALID_CHECKPOINT',
  /** Something is there already, or was changed meanwhile. */
  'CONFLICT',
  /** What was written would make things worse, and is not made the live version. */
  'NOT_MADE_LIVE',
  /** The loss of a training is no longer a number. */
  'TRAINING_DIVERGED',
  /** An endpoint of LLMs does not answer now, or not with what it should: trying again may help. */
  'ENDPOINT_BUSY',
  /** It rejects one request. */
  'ENDPOINT_REJECTED',
  /** It would reject every other request too. */
  'ENDPOINT_UNUSABLE',
  /** A part of what was to be done is missing: started again, the command goes on. */
  'INCOMPLETE',
] as const

export const ERROR_CODES = [...ANSWER_CODES, ...COMMAND_CODES] as const

export type AnswerCode = (typeof ANSWER_CODES)[number]
/** Every way in which this program rejects or fails, told apart by whose fault it is. */
export type ErrorCode = (typeof ERROR_CODES)[number]

/** Causes are followed this deep: more than real chains have, and an end for a chain that bites its tail. */
export const MAX_CAUSES = 8

/** One fault in a request body: where it is (`prompts[3]`) and what is wrong with it. */
export interface FieldError {
  path: string
  message: string
}

interface Options {
  cause?: unknown
  /** Faults field by field, for a request that does not validate. */
  errors?: FieldError[]
  /** When trying again may help, for a rejection that is temporary. */
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

/** The name that Node or a library gives to a failure, such as `ENOENT`; undefined of one without a name. */
export function codeOf(thrown: unknown): string | undefined {
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : undefined
}

/** Names that Node gives to a lack of something that comes back: file descriptors, memory, a disk that is busy. */
const EXHAUSTED = ['EMFILE', 'ENFILE', 'ENOMEM', 'EAGAIN', 'EBUSY', 'EIO', 'ETIMEDOUT']

/** Whether an operation of the file system failed for a reason that passes: it says nothing of the file. */
export function isPassingFailure(thrown: unknown): boolean {
  return EXHAUSTED.some((code) => code === codeOf(thrown))
}

/** Longest text from outside in a message, in UTF-16 units: enough for a name, and the message stays a sentence. */
export const MAX_SHOWN_LENGTH = 80

/** Text from outside (a name, a path, a header) as a message shows it, cut. */
export function shorten(text: string): string {
  return text.length > MAX_SHOWN_LENGTH ? `${text.slice(0, MAX_SHOWN_LENGTH - 1)}…` : text
}

/** The same in quotes and escaped, where the text may hold anything. */
export function quote(text: string): string {
  return JSON.stringify(shorten(text))
}
