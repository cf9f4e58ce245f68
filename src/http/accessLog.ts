import type { Writable } from 'node:stream'

import { lineAsText } from '../log.js'
import type { RequestTrace } from '../telemetry/requestTrace.js'

/** Lines are written together: a write takes as long as making ten of them. */
const FLUSH_MS = 100
const FLUSH_CHARS = 65_536

/** One request that has ended. */
interface AccessEntry {
  id: string
  /** Of the W3C trace that it is part of, if it is. */
  traceId?: string
  method: string
  /** The pattern of the path, so that nothing a client made up is in it. */
  route: string
  status: number
  /** Milliseconds until the answer was sent. */
  ms: number
  trace: RequestTrace
}

/**
 * One line a request, in the form of the log but past its formats, which take ten times as long. A crash loses the lines of
 * the last tenth of a second.
 */
export class AccessLog {
  readonly #stream: Writable
  readonly #isText: boolean
  #text = ''
  #timer: NodeJS.Timeout | undefined

  constructor(stream: Writable, { isText }: { isText: boolean }) {
    this.#stream = stream
    this.#isText = isText
  }

  write({ trace, ms, ...entry }: AccessEntry): void {
    const line = {
      timestamp: new Date().toISOString(),
      level: 'info',
      message: 'request',
      ...entry,
      ms: rounded(ms),
      ...countsOf(trace),
    }
    this.#text += `${this.#isText ? lineAsText(line) : JSON.stringify(line)}\n`
    if (this.#text.length >= FLUSH_CHARS) this.flush()
    else this.#timer ??= setTimeout(this.flush, FLUSH_MS)
  }

  /** Writes what it holds: to be called at the end. */
  readonly flush = (): void => {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#text === '') return
    this.#stream.write(this.#text)
    this.#text = ''
  }
}

/** What was counted of a request that scored prompts. */
function countsOf(trace: RequestTrace): object {
  const { prompts, llms, tokens, cacheHits, cacheMisses } = trace
  if (prompts === 0) return {}
  const stages: Record<string, number> = {}
  for (const [stage, ms] of trace.stages) stages[stage] = rounded(ms)
  return { prompts, llms, tokens, cacheHits, cacheMisses, stages }
}

/** Milliseconds to the microsecond. */
function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000
}
