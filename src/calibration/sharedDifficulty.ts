/* eslint-disable @typescript-eslint/non-nullable-type-assertion-style --
   The loops over LLMs and points of the quadrature: at() makes them several times slower. Every index is below a length by
   construction. */
import { at } from '../numeric/at.js'
import { logistic, softplus } from '../numeric/logistic.js'
import { LogitTable } from './logitTable.js'
import { pointsOf } from './quadrature.js'
import type { Points } from './quadrature.js'

/** Bisections of an interval that begins some deviations wide: the mode need only be about right. */
const BISECTIONS = 20

/** What came of attempts on one prompt: place of the LLM among the probabilities -> whether it succeeded, or a score in [0, 1]. */
export type Attempts = ReadonlyMap<number, number>

interface Attempt {
  /** Logit of the LLM at average difficulty. */
  logit: number
  score: number
}

/**
 * What the failure of one LLM on a prompt says of the others. A prompt is harder or easier than it looks, for all LLMs alike: LLM
 * i succeeds with probability logistic(a_i - s t), where t, the difficulty, is standard normal and the same for all, and given t
 * they are independent. a_i is such that the average over t is the probability that was predicted, so that single scores stay
 * what they are. A score y between 0 and 1 counts as success^y · failure^(1 - y). M LLMs.
 */
export class SharedDifficulty {
  readonly #deviation: number
  readonly #table: LogitTable
  /** Of the difficulty before any attempt, by the number of outcomes that its points are close enough for. */
  readonly #priors = new Map<number, Points>()

  /**
   * Takes 5 ms, so it is made once for each saved model.
   * @param deviation s of the logits, from 0 (LLMs fail independently) to about 4
   */
  constructor(deviation: number) {
    this.#deviation = deviation
    // An LLM that nearly always succeeds fails on prompts that are s deviations harder.
    this.#table = new LogitTable(
      pointsOf(deviation, standardNormal, { mode: deviation / 2, reach: 8 + deviation / 2 }),
    )
  }

  /**
   * Probabilities given what came of attempts on the same prompt, in about 50 µs for 130 LLMs.
   * @param probabilities [M] as predicted, before anything was tried
   * @returns [M] for every LLM; of one that was tried, what another of the same probability would do
   * @throws RangeError for an attempt of an LLM that has no probability, or a score outside [0, 1].
   */
  given(probabilities: ArrayLike<number>, attempts: Attempts): Float64Array {
    if (attempts.size === 0) return Float64Array.from(probabilities)
    const { odds, weights } = this.#after(probabilities, attempts)
    return Float64Array.from(probabilities, (probability) => {
      const scale = Math.exp(-this.#table.of(probability))
      let sum = 0
      for (let k = 0; k < odds.length; k++) sum += (weights[k] as number) / (1 + scale * (odds[k] as number))
      // Rounding may lead beyond 1, as below.
      return Math.min(1, sum)
    })
  }

  /**
   * For LLMs in the order in which they would be tried, such as by price: the probability that each succeeds and all before it
   * fail.
   * @param probabilities [M] as predicted, before anything was tried
   * @param attempts of any of them, which are not tried again: their probability to be the first is 0
   * @returns [M + 1], the last for none of them; the sum is 1
   * @throws RangeError as `given` does.
   */
  firstToSucceed(probabilities: ArrayLike<number>, attempts: Attempts = new Map()): Float64Array {
    const { odds, weights } = this.#after(probabilities, attempts)
    const M = probabilities.length
    const first = new Float64Array(M + 1)
    const left = weights.slice()
    for (let m = 0; m < M; m++) {
      if (attempts.has(m)) continue
      const scale = Math.exp(-this.#table.of(at(probabilities, m)))
      let sum = 0
      for (let k = 0; k < odds.length; k++) {
        const against = scale * (odds[k] as number)
        const success = (left[k] as number) / (1 + against)
        sum += success
        left[k] = success * against
      }
      first[m] = sum
    }
    first[M] = left.reduce((a, b) => a + b)
    return first.map((sum) => Math.min(1, sum))
  }

  /**
   * Of all outcomes of a prompt together: the logarithm of the probability of each given those before it, added up. A score
   * between 0 and 1 counts as that share of a success.
   * @param probabilities [n] as predicted
   * @param scores [n]
   */
  logLikelihood(probabilities: ArrayLike<number>, scores: ArrayLike<number>): number {
    const prior = this.#priorFor(scores.length)
    const { odds } = prior
    const weights = prior.weights.slice()
    let log = 0
    for (let i = 0; i < scores.length; i++) {
      const score = at(scores, i)
      const scale = Math.exp(-this.#table.of(at(probabilities, i)))
      const { success, failure } = averages(odds, weights, scale)
      if (score > 0) log += score * Math.log(success)
      if (score < 1) log += (1 - score) * Math.log(failure)
      learn(odds, weights, scale, score)
    }
    return log
  }

  #priorFor(outcomes: number): Points {
    const known = this.#priors.get(outcomes)
    if (known !== undefined) return known
    const precision = this.#precisionOf(outcomes)
    const points = pointsOf(this.#deviation, standardNormal, { precision })
    this.#priors.set(outcomes, points)
    return points
  }

  /** The difficulty of a prompt after attempts: Bayes' rule at the points of a quadrature about its mode. */
  #after(probabilities: ArrayLike<number>, attempts: Attempts): Points {
    if (attempts.size === 0) return this.#priorFor(0)
    const tried = [...attempts].map(([llm, score]): Attempt => {
      if (!(score >= 0 && score <= 1)) throw new RangeError(`expected a score from 0 to 1, got ${score}`)
      return { logit: this.#table.of(at(probabilities, llm)), score }
    })
    const s = this.#deviation
    const logDensity = (t: number) =>
      tried.reduce((log, { logit, score }) => {
        const z = logit - s * t
        return log + score * z - softplus(z)
      }, standardNormal(t))
    return pointsOf(s, logDensity, { mode: this.#modeOf(tried), precision: this.#precisionOf(tried.length) })
  }

  /** Where the derivative of the logarithm of the density, s Σ (success - score) - t, which falls everywhere, is 0. */
  #modeOf(tried: readonly Attempt[]): number {
    const s = this.#deviation
    let [below, above] = [-s * tried.length, s * tried.length]
    for (let step = 0; step < BISECTIONS; step++) {
      const middle = (below + above) / 2
      const surprise = tried.reduce((sum, { logit, score }) => sum + logistic(logit - s * middle) - score, 0)
      if (s * surprise > middle) below = middle
      else above = middle
    }
    return (below + above) / 2
  }

  /** What n outcomes say of the difficulty at most, p (1 - p) being .25 at most. */
  #precisionOf(n: number): number {
    return (this.#deviation ** 2 * n) / 4
  }
}

/** The logarithm of its density, up to a constant. */
function standardNormal(t: number): number {
  return -(t ** 2) / 2
}

/** Of success and of failure, each added up by itself, since either may be tiny. */
function averages(
  odds: Float64Array,
  weights: Float64Array,
  scale: number,
): { success: number; failure: number } {
  let [success, failure] = [0, 0]
  for (let k = 0; k < odds.length; k++) {
    const against = scale * (odds[k] as number)
    const own = (weights[k] as number) / (1 + against)
    success += own
    failure += own * against
  }
  return { success, failure }
}

/** Bayes' rule, in place. */
function learn(odds: Float64Array, weights: Float64Array, scale: number, score: number): void {
  let total = 0
  for (let k = 0; k < odds.length; k++) {
    const against = scale * (odds[k] as number)
    // success^y failure^(1 - y), where failure = against · success; powers are slow, and most scores are 0 or 1
    const power = score === 1 ? 1 : score === 0 ? against : against ** (1 - score)
    const weight = ((weights[k] as number) * power) / (1 + against)
    weights[k] = weight
    total += weight
  }
  for (let k = 0; k < weights.length; k++) weights[k] = (weights[k] as number) / total
}
