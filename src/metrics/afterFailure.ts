import type { SharedDifficulty } from '../calibration/sharedDifficulty.js'
import { at } from '../numeric/at.js'
import { BINS, binOf } from './calibration.js'
import { calibrationBounds } from './calibrationBounds.js'
import { crossEntropy } from './properScores.js'
import { ratio, startsOf } from './scoredOutcomes.js'
import type { PerPrompt, ScoredOutcomes, Statistic } from './scoredOutcomes.js'

/** How the outcomes of LLMs on one prompt are predicted to depend on each other. */
export type Joint = Pick<SharedDifficulty, 'given' | 'firstToSucceed'>

/**
 * What is predicted of an LLM after the failure of another that was predicted lower on the same prompt: P(strong | weak failed).
 * The pairs of a prompt weigh 1 together, each as much as the weak LLM failed: a score of 0.7 is 0.3 of a failure.
 */
interface AfterFailure {
  logLoss: PerPrompt
  /** Expected calibration error, in the bins of `calibrationError`. */
  calibrationError: Statistic
}

/** O(n²) for n outcomes of a prompt. */
export function afterFailure(outcomes: ScoredOutcomes, joint: Joint): AfterFailure {
  const { prompts, score, prediction } = outcomes
  const starts = startsOf(outcomes)
  const losses = new Float64Array(prompts)
  const failures = new Float64Array(prompts)
  // [P * BINS] prediction less score.
  const excess = new Float64Array(prompts * BINS)
  for (let p = 0; p < prompts; p++) {
    const [from, to] = [at(starts, p), at(starts, p + 1)]
    const probabilities = prediction.subarray(from, to)
    const scores = score.subarray(from, to)
    const pairs = ((to - from) * (to - from - 1)) / 2
    probabilities.forEach((ofWeak, weak) => {
      const weight = (1 - at(scores, weak)) / pairs
      if (weight === 0) return
      joint.given(probabilities, new Map([[weak, 0]])).forEach((probability, strong) => {
        if (at(probabilities, strong) <= ofWeak) return
        const outcome = at(scores, strong)
        const cell = p * BINS + binOf(probability)
        losses[p] = at(losses, p) + weight * crossEntropy(probability, outcome)
        failures[p] = at(failures, p) + weight
        excess[cell] = at(excess, cell) + weight * (probability - outcome)
      })
    })
  }
  return {
    logLoss: { above: losses, below: failures },
    calibrationError: calibrationErrorOf(excess, failures),
  }
}

function calibrationErrorOf(excess: Float64Array, failures: Float64Array): Statistic {
  const total = ratio(failures, new Float64Array(failures.length).fill(1))
  const byBin = Array.from({ length: BINS }, (_, bin) => {
    const own = failures.map((_, p) => at(excess, p * BINS + bin))
    return ratio(own, new Float64Array(failures.length).fill(1))
  })
  const valueOf = (weights?: Float64Array) =>
    byBin.reduce((sum, statistic) => sum + Math.abs(statistic(weights)), 0) / total(weights)
  return Object.assign(valueOf, { bounds: calibrationBounds({ excess, weight: failures }) })
}
