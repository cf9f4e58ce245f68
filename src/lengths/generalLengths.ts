import { at } from '../numeric/at.js'
import { rowOf } from '../numeric/matrix.js'
import type { Matrix } from '../numeric/matrix.js'
import { addScaled, dot, dotRow } from '../numeric/vector.js'
import type { LengthModel, LogLength } from './lengthModel.js'
import type { PromptPart } from './promptPart.js'

/** Familiarity from which on the answers to a prompt have no more of the general level. */
const FAMILIAR = 0.1

/** How many times longer or shorter than those of all LLMs the answers of one may be, up to that familiarity. */
const MAX_FACTOR = 3

/** Sources that were left out of the training lie about the general level with this many times the variance of the LLMs' levels. */
const SPREAD = 2

/** A cluster on which an LLM has less of a counted answer says nothing of it: most are such, and each takes a product. */
const MIN_ANSWERS = 0.1

/** What is said of the answers of any LLM, in logs of lengths. R numbers of a vector, K clusters of prompts. */
export interface GeneralLengths {
  /** The mean over LLMs of what each has on the clusters where its answers were counted, every cluster counting alike. */
  level: number
  /** Variance of those of the LLMs about it. */
  variance: number
  /** [R] and [K] the means of `likeVectors` and `likeLevels`, which say what an LLM of no name makes of a prompt. */
  vector: Float64Array
  levels: Float64Array
}

/**
 * Takes 1 ms for 500 LLMs, and ten times as long for the first time in a process.
 * @param clusters [K, R] mean vectors of the prompts of each cluster
 */
export function generalLengthsOf(
  model: Pick<LengthModel, 'vectors' | 'likeVectors' | 'likeLevels' | 'counted' | 'halfway'>,
  clusters: Matrix,
): GeneralLengths {
  const means = Array.from({ length: model.vectors.rows }, (_, m) => meanOverClusters(model, clusters, m))
  // An LLM that was counted on one cluster alone has half the weight.
  const weights = means.map(({ weight }) => weight / (weight + 1))
  const sum = weights.reduce((a, b) => a + b, Number.MIN_VALUE)
  const weighted = (valueOf: (level: number) => number) =>
    means.reduce((total, { level }, m) => total + at(weights, m) * valueOf(level), 0) / sum
  const level = weighted((own) => own)
  return {
    level,
    variance: weighted((own) => (own - level) ** 2),
    vector: meanRow(model.likeVectors),
    levels: meanRow(model.likeLevels),
  }
}

/** Counted answers weigh on a cluster as in `logLengthOf`; the sum of weights is how many clusters are known. */
function meanOverClusters(
  { vectors, counted, halfway }: Pick<LengthModel, 'vectors' | 'counted' | 'halfway'>,
  clusters: Matrix,
  llm: number,
): { level: number; weight: number } {
  const [vector, counts] = [rowOf(vectors, llm), rowOf(counted, llm)]
  let [sum, weight] = [0, 0]
  // An iterator takes three times as long.
  for (let k = 0; k < counts.length; k++) {
    const count = at(counts, k)
    if (count < MIN_ANSWERS) continue
    const known = count / (count + halfway)
    sum += known * dotRow(clusters, k, vector)
    weight += known
  }
  return { level: sum / (weight + Number.MIN_VALUE), weight }
}

function meanRow(matrix: Matrix): Float64Array {
  const mean = new Float64Array(matrix.columns)
  for (let m = 0; m < matrix.rows; m++) addScaled(mean, 1 / matrix.rows, rowOf(matrix, m))
  return mean
}

/** What the length of any answer to a prompt is held to, in logs. */
export interface LengthBounds {
  /** Between which the fit of an LLM stays. */
  least: number
  most: number
  /** Added to its mean then, and to its variance. */
  shift: number
  doubt: number
}

/**
 * The fit of an LLM extrapolates: one that was counted on calls of functions alone has answers of two tokens to whatever is nearer to
 * those than to anything else. So on an unfamiliar prompt no LLM is far from all of them together, and these go over to the
 * general level, the less familiar it is.
 * @param familiarity in [0, 1], as `placeOf` has it
 */
export function lengthBoundsOf(
  general: GeneralLengths,
  { vector, shares }: PromptPart,
  familiarity: number,
): LengthBounds {
  const unknown = 1 - Math.min(1, familiarity / FAMILIAR)
  const common = dot(general.vector, vector) + dot(general.levels, shares)
  const reach = Math.log(MAX_FACTOR) * Math.max(1, familiarity / FAMILIAR)
  return {
    least: common - reach,
    most: common + reach,
    shift: unknown * (general.level - common),
    doubt: unknown * SPREAD * general.variance,
  }
}

export function heldTo(
  { least, most, shift, doubt }: LengthBounds,
  { mean, variance }: LogLength,
): LogLength {
  return { mean: shift + Math.min(most, Math.max(least, mean)), variance: variance + doubt }
}
