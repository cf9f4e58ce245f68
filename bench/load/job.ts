/** Requests of one kind that a load client sends; everything is ready to send, so that sending costs little. */
export interface Target {
  /** `http://127.0.0.1:<port>` */
  origin: string
  path: string
}

/** A closed loop: each of `clients` sends its next request when the last is answered. */
export interface ClosedJob {
  target: Target
  /** Bodies of POST requests, sent in this order, each once. */
  bodies: readonly string[]
  clients: number
  /** Start over when every body was sent; otherwise the job is then done. */
  repeat?: boolean
  /** No request is begun after this time. */
  seconds?: number
}

/** GET requests at a fixed pace, whether or not the last one is answered, as a health check from outside sends them. */
export interface PacedJob {
  target: Target
  everyMs: number
}

export interface LoadResult {
  /** Milliseconds from sending to the last byte of the answer, of each request; paced: from when it was due. */
  latencies: number[]
  /** From the first request to the last answer. */
  seconds: number
  /** The body of the first answer. */
  firstAnswer: string
}

/** What a load thread can be asked to do, one job at a time. */
export interface LoadCalls {
  closed: (job: ClosedJob) => Promise<LoadResult>
  paced: (job: PacedJob) => Promise<LoadResult>
  /** Begins no further request; the job ends when those under way are answered. */
  stop: (nothing: undefined) => void
}
