import { quantile } from '../numeric/quantile.js'
import { createRandom } from '../numeric/random.js'
import type { Statistic } from './scoredOutcomes.js'

export const RESAMPLES = 1000

/** Share of the samples that an interval covers. */
const LEVEL = 0.95

/** A value with its 95 % interval over prompts. */
export interface Estimate {
  value: number
  /** NaN, as `high`, where no sample has a value. */
  low: number
  high: number
}

/** An estimate with the value in each sample. */
export interface Bootstrapped extends Estimate {
  samples: Float64Array
}

export interface BootstrapOptions {
  seed: number
  resamples?: number
}

/**
 * Percentile bootstrap over prompts: samples of P prompts are drawn with replacement, each with all its outcomes, and
 * the 2.5 % and 97.5 % points of a statistic over the samples are its interval. Every statistic sees the same samples,
 * so that two systems can be compared sample by sample.
 * @param prompts P
 */
export function bootstrap(
  statistics: readonly Statistic[],
  prompts: number,
  { seed, resamples = RESAMPLES }: BootstrapOptions,
): Bootstrapped[] {
  const random = createRandom(seed)
  const samples = statistics.map(() => new Float64Array(resamples))
  const weights = new Float64Array(prompts)
  for (let r = 0; r < resamples; r++) {
    weights.fill(0)
    for (let draw = 0; draw < prompts; draw++) {
      const p = Math.floor(random() * prompts)
      weights[p] = (weights[p] ?? 0) + 1
    }
    statistics.forEach((statistic, s) => {
      const values = samples[s]
      if (values !== undefined) values[r] = statistic(weights)
    })
  }
  return statistics.map((statistic, s) => {
    const values = samples[s] ?? new Float64Array()
    return { value: statistic(), ...intervalOf(values), samples: values }
  })
}

/** How much greater `a` is than `b`, which were bootstrapped on the same prompts with the same seed. */
export function difference(a: Bootstrapped, b: Bootstrapped): Estimate {
  return {
    value: a.value - b.value,
    ...intervalOf(a.samples.map((value, r) => value - (b.samples[r] ?? NaN))),
  }
}

function intervalOf(samples: Float64Array): { low: number; high: number } {
  const sorted = samples.filter((value) => !Number.isNaN(value)).sort()
  if (sorted.length === 0) return { low: NaN, high: NaN }
  const tail = (1 - LEVEL) / 2
  return { low: quantile(sorted, tail), high: quantile(sorted, 1 - tail) }
}
