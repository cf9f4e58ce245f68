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

/** An estimate with what each sample says of its value. */
export interface Bootstrapped extends Estimate {
  samples: Samples
}

/** [resamples] each; both are the value in the sample, but for a statistic with `bounds`. */
interface Samples {
  low: Float64Array
  high: Float64Array
}

export interface BootstrapOptions {
  seed: number
  resamples?: number
}

/**
 * Percentile bootstrap over prompts: samples of P prompts are drawn with replacement, each with all its outcomes, and
 * the 2.5 % and 97.5 % points of a statistic over the samples are its interval, those of its bounds if it has some. Every
 * statistic sees the same samples, so that two systems can be compared sample by sample. An interval contains its value.
 * @param prompts P
 * @returns for each statistic, in their order; undefined for one that has no value, of all prompts or of any sample.
 */
export function bootstrap(
  statistics: readonly Statistic[],
  prompts: number,
  { seed, resamples = RESAMPLES }: BootstrapOptions,
): (Bootstrapped | undefined)[] {
  const random = createRandom(seed)
  const samples = statistics.map(({ bounds }): Samples => {
    const low = new Float64Array(resamples)
    return { low, high: bounds === undefined ? low : new Float64Array(resamples) }
  })
  const weights = new Float64Array(prompts)
  for (let r = 0; r < resamples; r++) {
    weights.fill(0)
    for (let draw = 0; draw < prompts; draw++) {
      const p = Math.floor(random() * prompts)
      weights[p] = at(weights, p) + 1
    }
    statistics.forEach((statistic, s) => {
      const own = at(samples, s)
      if (statistic.bounds === undefined) own.low[r] = statistic(weights)
      else ({ low: own.low[r], high: own.high[r] } = statistic.bounds(weights))
    })
  }
  return statistics.map((statistic, s) => {
    const own = at(samples, s)
    const estimate = estimateOf(statistic(), own)
    return estimate === undefined ? undefined : { ...estimate, samples: own }
  })
}

/** How much greater `a` is than `b`, which were bootstrapped on the same prompts with the same seed. */
export function difference(a: Bootstrapped, b: Bootstrapped): Estimate | undefined {
  const less = (x: Float64Array, y: Float64Array) => x.map((value, r) => value - at(y, r))
  return estimateOf(a.value - b.value, {
    low: less(a.samples.low, b.samples.high),
    high: less(a.samples.high, b.samples.low),
  })
}

/** The value is in its interval, also if there are so few prompts that no sample, or every one, lies to one side of it. */
function estimateOf(value: number, samples: Samples): Estimate | undefined {
  const [lows, highs] = [samples.low, samples.high].map((own) => own.filter(hasValue).sort())
  if (!hasValue(value) || lows === undefined || highs === undefined || lows.length === 0) return undefined
  const tail = (1 - LEVEL) / 2
  return {
    value,
    low: Math.min(value, quantile(lows, tail)),
    high: Math.max(value, quantile(highs, 1 - tail)),
  }
}
