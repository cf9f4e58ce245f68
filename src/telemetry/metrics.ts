import type {
  EndedRequest,
  MetricValues,
  PrometheusMetrics,
  ScrapedGauge,
  ShadowCompared,
  ShadowResult,
} from './prometheus.js'

/** Requests are counted so many at a time: code and tables are warm then, which takes a fifth of the time. */
const COUNTED_AT_ONCE = 128

/** What is kept before the library is loaded, however long the first saved model takes. */
const MAX_KEPT = 1024

/**
 * Everything that `GET /metrics` tells, of this process. Labels are routes, statuses, names of LLMs, saved models and engines:
 * nothing of a prompt, and nothing that a client makes up.
 *
 * The library behind it is a tenth of all that a server loads, so it is loaded by `open`, after the first answers; until then what
 * happens is kept.
 */
export class Metrics {
  readonly #version: string
  readonly #ended: EndedRequest[] = []
  #kept: ((metrics: PrometheusMetrics) => void)[] = []
  #opened: PrometheusMetrics | undefined
  #opening: Promise<PrometheusMetrics> | undefined

  /** @param version of this program */
  constructor(version: string) {
    this.#version = version
  }

  /** Loads the library, and tells it what has happened before. */
  open(): Promise<PrometheusMetrics> {
    this.#opening ??= import('./prometheus.js').then(({ PrometheusMetrics }) => {
      const opened = new PrometheusMetrics(this.#version)
      this.#opened = opened
      for (const tell of this.#kept) tell(opened)
      this.#kept = []
      return opened
    })
    return this.#opening
  }

  /** Counted later, but before the next scrape. */
  requestEnded(request: EndedRequest): void {
    this.#ended.push(request)
    if (this.#ended.length < COUNTED_AT_ONCE) return
    if (this.#opened !== undefined) this.#countRequests(this.#opened)
    else if (this.#ended.length >= MAX_KEPT) void this.open()
  }

  #countRequests(opened: PrometheusMetrics): void {
    for (const request of this.#ended.splice(0)) opened.requestEnded(request)
  }

  /** @param fill tokens of the batch over its budget; a prompt that is longer than a budget fills it once. */
  batchStarted(fill: number): void {
    this.#tell((metrics) => metrics.batchStarted(fill))
  }

  modelLoaded(model: string): void {
    this.#tell((metrics) => metrics.modelLoaded(model))
  }

  /** @param code the one word of the error */
  modelNotLoaded(model: string, code: string): void {
    this.#tell((metrics) => metrics.modelNotLoaded(model, code))
  }

  modelQuarantined(): void {
    this.#tell((metrics) => metrics.modelQuarantined())
  }

  threadLost(thread: 'scorer' | 'encoder'): void {
    this.#tell((metrics) => metrics.threadLost(thread))
  }

  engineReady(encoder: string, engine: string, precision: string): void {
    this.#tell((metrics) => metrics.engineReady(encoder, engine, precision))
  }

  /** @param llm as the card names it */
  bestLlm(model: string, llm: string, prompts: number): void {
    this.#tell((metrics) => metrics.bestLlm(model, llm, prompts))
  }

  /** @param percentile from 0 to 1 */
  familiarity(percentile: number): void {
    this.#tell((metrics) => metrics.familiarity(percentile))
  }

  shadowCompared(compared: ShadowCompared): void {
    this.#tell((metrics) => metrics.shadowCompared(compared))
  }

  shadowResult(result: ShadowResult, prompts: number): void {
    this.#tell((metrics) => metrics.shadowResult(result, prompts))
  }

  readiness(isReady: boolean): void {
    this.#tell((metrics) => metrics.readiness(isReady))
  }

  /** Reads `value` whenever somebody scrapes. */
  gauge(name: ScrapedGauge, value: () => number | Promise<number>): void {
    this.#tell((metrics) => metrics.gauge(name, value))
  }

  /** In the text format of Prometheus. */
  async text(): Promise<string> {
    const opened = await this.open()
    this.#countRequests(opened)
    return opened.text()
  }

  /** For another process, which adds up those of several. */
  async values(): Promise<MetricValues[]> {
    const opened = await this.open()
    this.#countRequests(opened)
    return opened.values()
  }

  #tell(what: (metrics: PrometheusMetrics) => void): void {
    if (this.#opened !== undefined) {
      what(this.#opened)
      return
    }
    this.#kept.push(what)
    if (this.#kept.length >= MAX_KEPT) void this.open()
  }
}
