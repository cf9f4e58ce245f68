import { quantileOf } from '../../src/numeric/quantile.js'
import type { Measure } from '../results.js'
import type { LoadResult } from '../load/job.js'
import type { WorkloadContext } from '../context.js'

/** Something to do with a server and the numbers that come of it; the first number is the one a chart shows. */
export interface Workload {
  id: string
  title: string
  /** `scores` if the work is in what follows the embeddings, `decisions` if it is a choice. */
  needs: 'scores' | 'embeddings' | 'decisions'
  run: (context: WorkloadContext) => Promise<Measure[]>
}

export function rate({ latencies, seconds }: LoadResult, metric = 'throughput'): Measure {
  return { metric, unit: 'requests/s', value: latencies.length / seconds }
}

/** p50, p95 and p99 in milliseconds. */
export function percentiles(latencies: readonly number[]): Measure[] {
  return [0.5, 0.95, 0.99].map((fraction) => latency(latencies, fraction))
}

/** A percentile of latencies in milliseconds, named p50 and so on unless it is given a name. */
export function latency(
  latencies: readonly number[],
  fraction: number,
  metric = `p${100 * fraction}`,
): Measure {
  return { metric, unit: 'ms', value: quantileOf(latencies, fraction) }
}
