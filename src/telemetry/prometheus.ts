import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'

import type { RequestTrace } from './requestTrace.js'

/** Seconds. A prompt in the cache takes half a millisecond, a request of 2,048 half a minute. */
const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

/** A gauge is read when it is scraped; of several processes the values are added up. */
const SCRAPED_GAUGES = {
  queued_tokens: 'Tokens that wait for an encoder.',
  in_flight_requests: 'Requests that have come and are not answered yet.',
  loaded_models: 'Saved models in memory.',
  tensors: 'Tensors of TensorFlow.js in the thread of the scorer.',
}
export type ScrapedGauge = keyof typeof SCRAPED_GAUGES

/** One request that has been answered, or whose client has gone (status 499, as nginx has it). */
export interface EndedRequest {
  route: string
  status: number
  seconds: number
  trace: RequestTrace
}

/** What else becomes of a prompt. `reported`: it had an outcome, and was compared for that. */
export type ShadowResult = 'reported' | 'dropped' | 'failed'

/** What a shadow made of a prompt. */
export interface ShadowCompared {
  /** Mean absolute difference of the probabilities. */
  difference: number
  /** Whether the best LLM differs; undefined for one LLM. */
  isFlip: boolean | undefined
  seconds: number
}

/** A metric of one process as it crosses to another. */
export type MetricValues = Awaited<ReturnType<Registry['getMetricsAsJSON']>>[number]

/** The metrics of this process in the library that Prometheus's clients are made with; `Metrics` is what the others see. */
export class PrometheusMetrics {
  readonly #registry = new Registry()
  readonly #requests = this.#counter('requests_total', 'Requests by route and status.', ['route', 'status'])
  readonly #seconds = this.#histogram('request_seconds', 'Time until the answer was sent.', SECONDS, [
    'route',
  ])
  readonly #stages = this.#histogram('stage_seconds', 'Time of a request by stage.', SECONDS, ['stage'])
  readonly #prompts = this.#counter('prompts_total', 'Prompts of requests.')
  readonly #tokens = this.#counter('tokens_total', 'Tokens that encoders have read of these prompts.')
  readonly #cacheHits = this.#counter('cache_hits_total', 'Prompts whose embedding was in a cache.')
  readonly #cacheMisses = this.#counter('cache_misses_total', 'Prompts whose embedding was computed.')
  readonly #batchFill = this.#histogram(
    'batch_fill_ratio',
    'Tokens of a batch, as a share of what it may hold.',
    [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 1],
  )
  readonly #modelLoads = this.#counter('model_loads_total', 'Saved models loaded.', ['model'])
  readonly #modelFailures = this.#counter('model_load_failures_total', 'Saved models not loaded.', [
    'model',
    'code',
  ])
  readonly #quarantines = this.#counter('model_quarantines_total', 'Saved models put aside after a failure.')
  readonly #restarts = this.#counter('thread_restarts_total', 'Threads that ended by themselves.', ['thread'])
  readonly #best = this.#counter(
    'best_llm_total',
    'Prompts on which an LLM had the best of several scores.',
    ['model', 'llm'],
  )
  readonly #familiarity = this.#histogram(
    'familiarity',
    'How much prompts are like those of the training, as a percentile.',
    [0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 1],
  )
  readonly #shadow = {
    prompts: this.#counter('shadow_prompts_total', 'Prompts that a shadow has compared, or not.', ['result']),
    ranked: this.#counter('shadow_ranked_total', 'Prompts of several LLMs that a shadow has compared.'),
    flips: this.#counter('shadow_flips_total', 'Those of which the best LLM differs.'),
    difference: this.#histogram(
      'shadow_difference',
      'Mean absolute difference of the probabilities of a prompt.',
      [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1],
    ),
    seconds: this.#counter('shadow_seconds_total', 'Time that a shadow has taken.'),
  }
  readonly #engines = this.#gauge('engine_info', 'Always 1: what computes each encoder.', 'first', [
    'encoder',
    'engine',
    'precision',
  ])
  readonly #ready = this.#gauge('ready', 'Whether /ready was 200 when it was last asked for.', 'min')
  readonly #ofRoute = new Map<string, Histogram.Internal<'route'>>()
  readonly #ofStage = new Map<string, Histogram.Internal<'stage'>>()

  /** @param version of this program */
  constructor(version: string) {
    const info = this.#gauge('build_info', 'Always 1: which version of this program runs.', 'first', [
      'version',
    ])
    info.set({ version }, 1)
    this.#ready.set(0)
    this.#restarts.inc({ thread: 'scorer' }, 0)
    this.#restarts.inc({ thread: 'encoder' }, 0)
    collectDefaultMetrics({ register: this.#registry })
  }

  requestEnded({ route, status, trace, seconds }: EndedRequest): void {
    this.#requests.inc({ route, status })
    childOf(this.#ofRoute, route, () => this.#seconds.labels({ route })).observe(seconds)
    for (const [stage, ms] of trace.stages) {
      childOf(this.#ofStage, stage, () => this.#stages.labels({ stage })).observe(ms / 1000)
    }
    if (trace.prompts === 0) return
    this.#prompts.inc(trace.prompts)
    this.#tokens.inc(trace.tokens)
    this.#cacheHits.inc(trace.cacheHits)
    this.#cacheMisses.inc(trace.cacheMisses)
  }

  /** @param fill tokens of the batch over its budget; a prompt that is longer than a budget fills it once. */
  batchStarted(fill: number): void {
    this.#batchFill.observe(Math.min(1, fill))
  }

  modelLoaded(model: string): void {
    this.#modelLoads.inc({ model })
  }

  /** @param code the one word of the error */
  modelNotLoaded(model: string, code: string): void {
    this.#modelFailures.inc({ model, code })
  }

  modelQuarantined(): void {
    this.#quarantines.inc()
  }

  threadLost(thread: 'scorer' | 'encoder'): void {
    this.#restarts.inc({ thread })
  }

  engineReady(encoder: string, engine: string, precision: string): void {
    this.#engines.set({ encoder, engine, precision }, 1)
  }

  /** @param llm as the card names it */
  bestLlm(model: string, llm: string, prompts: number): void {
    this.#best.inc({ model, llm }, prompts)
  }

  /** @param percentile from 0 to 1 */
  familiarity(percentile: number): void {
    this.#familiarity.observe(percentile)
  }

  shadowCompared({ difference, isFlip, seconds }: ShadowCompared): void {
    this.#shadow.prompts.inc({ result: 'compared' })
    this.#shadow.difference.observe(difference)
    this.#shadow.seconds.inc(seconds)
    if (isFlip === undefined) return
    this.#shadow.ranked.inc()
    if (isFlip) this.#shadow.flips.inc()
  }

  shadowResult(result: ShadowResult, prompts: number): void {
    this.#shadow.prompts.inc({ result }, prompts)
  }

  readiness(isReady: boolean): void {
    this.#ready.set(isReady ? 1 : 0)
  }

  /** Reads `value` whenever somebody scrapes. */
  gauge(name: ScrapedGauge, value: () => number | Promise<number>): void {
    new Gauge({
      name: `llimit_${name}`,
      help: SCRAPED_GAUGES[name],
      registers: [this.#registry],
      async collect() {
        this.set(await value())
      },
    })
  }

  /** In the text format of Prometheus. */
  text(): Promise<string> {
    return this.#registry.metrics()
  }

  /** For another process, which adds up those of several. */
  values(): Promise<MetricValues[]> {
    return this.#registry.getMetricsAsJSON()
  }

  #counter<L extends string>(name: string, help: string, labelNames: L[] = []): Counter<L> {
    return new Counter({ name: `llimit_${name}`, help, labelNames, registers: [this.#registry] })
  }

  #histogram<L extends string>(name: string, help: string, buckets: number[], labelNames: L[] = []) {
    return new Histogram<L>({
      name: `llimit_${name}`,
      help,
      buckets,
      labelNames,
      registers: [this.#registry],
    })
  }

  #gauge<L extends string>(name: string, help: string, aggregator: 'first' | 'min', labelNames: L[] = []) {
    const registers = [this.#registry]
    return new Gauge<L>({ name: `llimit_${name}`, help, aggregator, labelNames, registers })
  }
}

/** The library looks a label up and checks it at every call, which takes longer than the counting. */
function childOf<T>(known: Map<string, T>, label: string, make: () => T): T {
  const before = known.get(label)
  if (before !== undefined) return before
  const child = make()
  known.set(label, child)
  return child
}
