import { SharedDifficulty } from '../../calibration/sharedDifficulty.js'
import type { SharedDifficultySpec } from '../../card.js'
import { at } from '../../numeric/at.js'
import type { Examples } from '../data/examples.js'

/** Outcomes of a prompt that are read; more are taken at equal steps. By then its difficulty is known. */
const MAX_OUTCOMES = 16

/**
 * What sixteen sources gave, known ones and ones that training had not seen, with its standard deviation between them: a handful of
 * prompts says less than that.
 */
const EXPECTED = 1.75
const UNCERTAINTY = 0.5

const MAX_DEVIATION = 4
const PRECISION = 0.01
const GOLDEN = (Math.sqrt(5) - 1) / 2

/**
 * The deviation of the difficulty that LLMs share, at which the outcomes of each prompt are likeliest together. On held-out
 * prompts: what a network was fitted to has hardly any difficulty left that it does not know of.
 * @param probabilities [n] of the pairs of `dev`
 * @returns undefined if no prompt has outcomes of two LLMs
 */
export function fitDifficulty(
  dev: Pick<Examples, 'firstPair' | 'target'>,
  probabilities: Float32Array,
): SharedDifficultySpec | undefined {
  const prompts = judgedPrompts(dev, probabilities)
  if (prompts.length === 0) return undefined
  const lossOf = (deviation: number) => {
    const joint = new SharedDifficulty(deviation)
    return prompts.reduce(
      (loss, prompt) => loss - joint.logLikelihood(prompt.probabilities, prompt.scores),
      ((deviation - EXPECTED) / UNCERTAINTY) ** 2 / 2,
    )
  }
  return { deviation: minimumBetween(0, MAX_DEVIATION, lossOf) }
}

interface JudgedPrompt {
  /** [m] */
  probabilities: number[]
  /** [m] */
  scores: number[]
}

/** Those with two outcomes or more. */
function judgedPrompts(
  { firstPair, target }: Pick<Examples, 'firstPair' | 'target'>,
  probabilities: Float32Array,
): JudgedPrompt[] {
  return Array.from(firstPair.subarray(0, -1), (from, prompt) => {
    const pairs = Array.from(target.subarray(from, at(firstPair, prompt + 1)).keys(), (i) => from + i)
    const judged = pairs.filter((pair) => !Number.isNaN(at(target, pair)))
    const step = Math.max(1, judged.length / MAX_OUTCOMES)
    const chosen = judged.slice(0, MAX_OUTCOMES).map((_, i) => at(judged, Math.floor(i * step)))
    return {
      probabilities: chosen.map((pair) => at(probabilities, pair)),
      scores: chosen.map((pair) => at(target, pair)),
    }
  }).filter(({ scores }) => scores.length > 1)
}

/** Of a function with one minimum, by golden-section search. */
function minimumBetween(from: number, to: number, lossOf: (x: number) => number): number {
  let [low, high] = [from, to]
  let [left, right] = [high - GOLDEN * (high - low), low + GOLDEN * (high - low)]
  let [ofLeft, ofRight] = [lossOf(left), lossOf(right)]
  while (high - low > PRECISION) {
    if (ofLeft < ofRight) {
      ;[high, right, ofRight] = [right, left, ofLeft]
      left = high - GOLDEN * (high - low)
      ofLeft = lossOf(left)
    } else {
      ;[low, left, ofLeft] = [left, right, ofRight]
      right = low + GOLDEN * (high - low)
      ofRight = lossOf(right)
    }
  }
  return (low + high) / 2
}
