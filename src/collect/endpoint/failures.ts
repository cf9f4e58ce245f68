import type { IncomingHttpHeaders } from 'node:http'

import { z } from 'zod'

import { codeOf, LLimitError } from '../../errors.js'

/** Characters of what an endpoint says in a message. */
const MAX_SAID = 300

/** Passing by what HTTP and its users mean by them; 529 is said for an overload. */
const PASSING = [408, 409, 425, 429, 500, 502, 503, 504, 520, 522, 524, 529]

/** A pause that somebody may wait for; a longer one is a quota of the day. */
const MAX_RETRY_AFTER_S = 3600

const NUMBER = /^\s*\d+(?:\.\d+)?\s*$/

/** Connections that nobody listens to: a wrong address, or a server that is not there yet. */
const UNREACHABLE = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']
/** Nothing that comes back by itself. */
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS|ERR_SSL|EPROTO/

/** What messages need to say what to do. */
export interface Asked {
  llm: string
  /** Base URL. */
  endpoint: string
  /** The variable that the key is in; undefined if there is none. */
  keyVariable: string | undefined
}

const errorBody = z.object({
  error: z.union([
    z.string(),
    z.object({ message: z.string().optional(), code: z.union([z.string(), z.number()]).nullish() }),
  ]),
})
const otherBody = z.union([
  z.object({ message: z.string() }).transform(({ message }) => message),
  z.object({ detail: z.string() }).transform(({ detail }) => detail),
])

/** What an endpoint says of an error, and how it calls it. */
export function saidIn(text: string): { said: string; code: string } {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { said: cut(text), code: '' }
  }
  const { data } = errorBody.safeParse(value)
  if (data === undefined) {
    const other = otherBody.safeParse(value)
    return { said: cut(other.success ? other.data : text), code: '' }
  }
  if (typeof data.error === 'string') return { said: cut(data.error), code: '' }
  return { said: cut(data.error.message ?? text), code: String(data.error.code) }
}

/** The error that an HTTP status other than 200 means, by what helps: another try, another request, or another flag. */
export function statusError(
  { status, headers, text }: { status: number; headers: IncomingHttpHeaders; text: string },
  { llm, endpoint, keyVariable }: Asked,
): LLimitError {
  const { said, code } = saidIn(text)
  const got = `${endpoint} answers ${status}${said === '' ? '' : `: ${said}`}`
  if (status === 401 || status === 403) {
    const todo =
      keyVariable === undefined
        ? 'name the environment variable that has the key, such as --key-variable OPENAI_API_KEY'
        : `check the key in ${keyVariable}`
    return new LLimitError('ENDPOINT_UNUSABLE', `${got}; ${todo}`)
  }
  if (status === 404) {
    const todo = `${JSON.stringify(llm)} is not an LLM there, or --endpoint is not the base URL, which usually ends in /v1`
    return new LLimitError('ENDPOINT_UNUSABLE', `${got}; ${todo}`)
  }
  if (status === 402 || code === 'insufficient_quota') {
    return new LLimitError(
      'ENDPOINT_UNUSABLE',
      `${got}; add credit there and start again: what is answered is kept`,
    )
  }
  if (status >= 300 && status < 400) {
    const to = headers.location === undefined ? '' : ` to ${headers.location}`
    return new LLimitError('ENDPOINT_UNUSABLE', `${endpoint} redirects${to}; give that as --endpoint`)
  }
  if (!PASSING.includes(status)) return new LLimitError('ENDPOINT_REJECTED', `${llm}: ${got}`)
  const retryAfterSeconds = retryAfterOf(headers)
  if (retryAfterSeconds !== undefined && retryAfterSeconds > MAX_RETRY_AFTER_S) {
    const hours = (retryAfterSeconds / 3600).toFixed(1)
    return new LLimitError(
      'ENDPOINT_UNUSABLE',
      `${got}; it asks to wait ${hours} hours: start again then, what is answered is kept`,
    )
  }
  return new LLimitError('ENDPOINT_BUSY', `${llm}: ${got}`, {
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  })
}

/** Seconds to wait, as the answer asks for: a number of them or of milliseconds, or a date; undefined if it asks for nothing. */
export function retryAfterOf(headers: IncomingHttpHeaders, now = Date.now()): number | undefined {
  const milliseconds = headers['retry-after-ms']
  if (typeof milliseconds === 'string' && NUMBER.test(milliseconds)) return Number(milliseconds) / 1000
  const text = headers['retry-after']
  if (text === undefined) return undefined
  const seconds = NUMBER.test(text) ? Number(text) : (Date.parse(text) - now) / 1000
  return Number.isNaN(seconds) ? undefined : Math.max(0, seconds)
}

/**
 * The error of a connection that has failed.
 * @param wasReached whether the endpoint has answered before: then it may be back soon
 */
export function connectionError(cause: unknown, { llm, endpoint }: Asked, wasReached: boolean): LLimitError {
  const code = codeOf(cause) ?? String(cause)
  if (CERTIFICATE.test(code))
    return new LLimitError('ENDPOINT_UNUSABLE', `${endpoint}: no secure connection (${code})`, { cause })
  if (UNREACHABLE.includes(code) && !wasReached) {
    const message = `${endpoint} cannot be reached (${code}); check --endpoint, and whether the server runs`
    return new LLimitError('ENDPOINT_UNUSABLE', message, { cause })
  }
  return new LLimitError('ENDPOINT_BUSY', `${llm}: the connection to ${endpoint} failed (${code})`, { cause })
}

function cut(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length > MAX_SAID ? `${line.slice(0, MAX_SAID)}…` : line
}
