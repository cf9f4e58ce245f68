import { at } from '../numeric/at.js'
import { quantile } from '../numeric/quantile.js'
import { createRandom } from '../numeric/random.js'
import { hasValue } from './scoredOutcomes.js'
import type { Statistic } from './scoredOutcomes.js'

const RESAMPLES = 1000

/** Share of the samples that an interval covers. */
const LEVEL = 0.95

/** A value with its 95 % interval over prompts. */
export interface Estimate {
  value: number
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
 * @returns for each statistic, in their order; undefined for one that has no value, of all prompts or of any sample.
 */
export function bootstrap(
  statistics: readonly Statistic[],
  prompts: number,
  { seed, resamples = RESAMPLES }: BootstrapOptions,
): (Bootstrapped | undefined)[] {
  const random = createRandom(seed)
  const samples = statistics.map(() => new Float64Array(resamples))
  const weights = new Float64Array(prompts)
  for (let r = 0; r < resamples; r++) {
    weights.fill(0)
    for (let draw = 0; draw < prompts; draw++) {
      const p = Math.floor(random() * prompts)
      weights[p] = at(weights, p) + 1
    }
    statistics.forEach((statistic, s) => (at(samples, s)[r] = statistic(weights)))
  }
  return statistics.map((statistic, s) => {
    const own = at(samples, s)
    const estimate = estimateOf(statistic(), own)
    return estimate === undefined ? undefined : { ...estimate, samples: own }
  })
}

/** How much greater `a` is than `b`, which were bootstrapped on the same prompts with the same seed. */
export function difference(a: Bootstrapped, b: Bootstrapped): Estimate | undefined {
  return estimateOf(
    a.value - b.value,
    a.samples.map((value, r) => value - at(b.samples, r)),
  )
}

function estimateOf(value: number, samples: Float64Array): Estimate | undefined {
  const sorted = samples.filter(hasValue).sort()
  if (!hasValue(value) || sorted.length === 0) return undefined
  const tail = (1 - LEVEL) / 2
  return { value, low: quantile(sorted, tail), high: quantile(sorted, 1 - tail) }
}
