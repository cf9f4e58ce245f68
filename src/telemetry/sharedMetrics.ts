import { AggregatorRegistry } from 'prom-client'

import type { MetricValues } from './prometheus.js'

/**
 * The metrics of several processes as one. What a process had counted when it was last asked still counts when it has ended,
 * or else the sum would fall, which Prometheus takes for a start from zero.
 */
export class SharedMetrics {
  readonly #last = new Map<number, MetricValues[]>()
  /** Of all processes that have ended. */
  #ended: MetricValues[] = []

  /** @param answers metrics of each process, by its number; undefined for one that did not answer in time. */
  async text(answers: ReadonlyMap<number, MetricValues[] | undefined>): Promise<string> {
    for (const [process, values] of this.#last) {
      if (answers.has(process)) continue
      this.#last.delete(process)
      this.#ended = await sumOf([this.#ended, values.filter(isCounted)]).getMetricsAsJSON()
    }
    for (const [process, values] of answers) if (values !== undefined) this.#last.set(process, values)
    return sumOf([...this.#last.values(), this.#ended]).metrics()
  }
}

function sumOf(all: MetricValues[][]) {
  return AggregatorRegistry.aggregate(all)
}

/** A gauge says what is now: that of a process that has ended is over. The library writes the type as a word. */
function isCounted({ type }: MetricValues): boolean {
  return String(type) !== 'gauge'
}
