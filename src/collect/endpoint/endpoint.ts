import pLimit from 'p-limit'
import pRetry from 'p-retry'

import { LLimitError } from '../../errors.js'
import { readCompletion } from './completion.js'
import type { Completion, Message } from './completion.js'
import { connectionError, statusError } from './failures.js'
import type { Asked } from './failures.js'
import { knownLlms } from './knownLlms.js'
import { Pause } from './pause.js'
import { postJson } from './post.js'

/** Between two tries of one request. */
const MAX_DELAY_MS = 60_000

interface EndpointOptions {
  /** Base URL, such as `http://localhost:8000/v1`. */
  base: string
  /** Sent as a bearer token, and nowhere shown. */
  key: { variable: string; value: string } | undefined
  /** Requests at once. */
  concurrency: number
  /** Of one try. */
  timeoutMs: number
  /** Tries after the first one. */
  retries: number
  /** Before the second try; it doubles with each. */
  firstDelayMs: number
  /** Ends waiting and trying again. A request that is under way is waited for, since it is paid for. */
  signal: AbortSignal
  /** Told when the endpoint asks all to wait. */
  onPause: (seconds: number, message: string) => void
}

export interface ChatRequest {
  llm: string
  messages: readonly Message[]
  /** Further fields of the request, as they are. */
  parameters: Readonly<Record<string, unknown>>
}

/** LLMs behind an API like that of OpenAI: `POST <base>/chat/completions`. */
export class Endpoint {
  readonly base: string
  readonly #options: EndpointOptions
  readonly #url: URL
  readonly #limit: ReturnType<typeof pLimit>
  readonly #pause = new Pause()
  #wasReached = false

  constructor(options: EndpointOptions) {
    this.base = options.base
    this.#options = options
    this.#url = new URL(`${options.base}/chat/completions`)
    this.#limit = pLimit(options.concurrency)
  }

  /**
   * Asks an LLM; tries again what may pass.
   * @throws LLimitError ENDPOINT_REJECTED for this request, ENDPOINT_BUSY if it failed every time, ENDPOINT_UNUSABLE if every other
   * request would fail too; the reason of the signal.
   */
  complete(request: ChatRequest): Promise<Completion> {
    return this.#limit(async () => {
      const answered: Completion[] = []
      try {
        return await this.#retrying(async () => {
          const completion = await this.#once(request)
          answered.push(completion)
          return completion
        })
      } catch (error) {
        // One that came after the run was stopped is paid for all the same.
        const [completion] = answered
        if (completion !== undefined) return completion
        throw error
      }
    })
  }

  #retrying(once: () => Promise<Completion>): Promise<Completion> {
    const { retries, firstDelayMs, signal, onPause } = this.#options
    return pRetry(once, {
      retries,
      minTimeout: firstDelayMs,
      maxTimeout: MAX_DELAY_MS,
      randomize: true,
      signal,
      shouldRetry: ({ error }) => error instanceof LLimitError && error.code === 'ENDPOINT_BUSY',
      onFailedAttempt: ({ error }) => {
        const seconds = error instanceof LLimitError ? error.retryAfterSeconds : undefined
        if (seconds !== undefined && this.#pause.extend(seconds * 1000)) onPause(seconds, error.message)
      },
    })
  }

  async #once({ llm, messages, parameters }: ChatRequest): Promise<Completion> {
    const { key, timeoutMs, signal } = this.#options
    await this.#pause.over(signal)
    signal.throwIfAborted()
    const asked: Asked = { llm, endpoint: this.base, keyVariable: key?.variable }
    const headers: Record<string, string> = key === undefined ? {} : { authorization: `Bearer ${key.value}` }
    const timeout = AbortSignal.timeout(timeoutMs)
    try {
      const body = { model: llm, messages, ...parameters }
      const posted = await postJson(this.#url, body, { headers, signal: timeout })
      this.#wasReached = true
      if (posted.status === 404) throw await this.#notThere(statusError(posted, asked), llm, headers)
      if (posted.status !== 200) throw statusError(posted, asked)
      return readCompletion(posted.text, asked)
    } catch (cause) {
      if (cause instanceof LLimitError) throw this.#withoutKey(cause)
      if (!timeout.aborted) throw connectionError(cause, asked, this.#wasReached)
      const message = `${llm}: ${this.base} gives no answer within ${timeoutMs / 1000} s`
      throw new LLimitError('ENDPOINT_BUSY', message, { cause })
    }
  }

  async #notThere(error: LLimitError, llm: string, headers: Record<string, string>): Promise<LLimitError> {
    return new LLimitError(error.code, error.message + (await knownLlms(this.base, llm, headers)))
  }

  /** Some endpoints repeat the key that they reject. */
  #withoutKey(error: LLimitError): LLimitError {
    const { code, message, retryAfterSeconds } = error
    const { key } = this.#options
    if (key === undefined || !message.includes(key.value)) return error
    const options = retryAfterSeconds === undefined ? {} : { retryAfterSeconds }
    return new LLimitError(code, message.replaceAll(key.value, '***'), options)
  }
}
