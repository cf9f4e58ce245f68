import { at } from '../../numeric/at.js'
import { matrixOf, rowOf } from '../../numeric/matrix.js'
import type { Matrix } from '../../numeric/matrix.js'
import { addScaled, dot } from '../../numeric/vector.js'

/** LLMs whose mean vector stands in for that of another. */
const LIKE_LLMS = 3

/** On each cluster, LLMs are asked from the most alike on until what their answers weigh, one at most for each, comes to this. */
const ENOUGH_WEIGHT = 4

/** Weight of no correction at all, which stands alone if no LLM has answers on a cluster. */
const NO_CORRECTION = 1e-3

interface KnownLengths {
  /** [R] of all vectors: of an LLM that is alone. */
  mean: Float64Array
  /** M of [R] */
  vectors: readonly Float64Array[]
  /** [M, K] counted answers of each LLM on each cluster. */
  counted: Matrix
  /** K of [R], the mean vector of the prompts of each cluster. */
  clusters: readonly Float64Array[]
  halfway: number
}

/** What is said of an LLM where its own answers were not counted. */
interface LikeLength {
  /** [R] */
  vector: Float64Array
  /** [K] added to it on each cluster. */
  levels: Float32Array
}

/**
 * The length of the answers of LLMs like one: the mean vector of the most alike, moved on each cluster to what those say that have
 * counted answers there, which may be less alike.
 * @param others rows of LLMs with counted answers, the most alike first
 */
export function likeLength(others: readonly number[], known: KnownLengths): LikeLength {
  const { vectors, counted, clusters, halfway } = known
  const nearest = others.slice(0, LIKE_LLMS)
  const vector = nearest.length === 0 ? known.mean.slice() : new Float64Array(known.mean.length)
  for (const m of nearest) addScaled(vector, 1 / nearest.length, at(vectors, m))
  const levels = Float32Array.from(clusters, (cluster, k) => {
    const own = dot(cluster, vector)
    let [sum, weights] = [0, 0]
    for (const m of others) {
      if (weights >= ENOUGH_WEIGHT) break
      const answers = at(rowOf(counted, m), k)
      const weight = Math.min(ENOUGH_WEIGHT - weights, answers / (answers + halfway))
      if (weight === 0) continue
      sum += weight * (dot(cluster, at(vectors, m)) - own)
      weights += weight
    }
    return sum / (weights + NO_CORRECTION)
  })
  return { vector, levels }
}

/**
 * The other LLMs with counted answers, the most alike first: those whose rows of the network have the greatest cosine, seen
 * from the mean row. The network was fitted to scores, so it places LLMs whose answers nobody counted as well.
 * @param rows [M, W] of the network
 * @param isCounted [M]
 * @returns for each LLM
 */
export function llmsByLikeness(rows: Matrix, isCounted: readonly boolean[]): number[][] {
  const directions = centeredDirections(rows)
  const counted = isCounted.flatMap((is, m) => (is ? [m] : []))
  return Array.from({ length: rows.rows }, (_, m) => {
    const likeness = counted
      .filter((other) => other !== m)
      .map((other) => ({ other, cosine: dot(rowOf(directions, m), rowOf(directions, other)) }))
    return likeness.sort((a, b) => b.cosine - a.cosine).map(({ other }) => other)
  })
}

/** [M, W] each less the mean row, of length 1. */
function centeredDirections(rows: Matrix): Matrix {
  const mean = new Float64Array(rows.columns)
  for (let m = 0; m < rows.rows; m++) addScaled(mean, 1 / rows.rows, rowOf(rows, m))
  const centered = matrixOf(
    rows.data.map((value, i) => value - at(mean, i % rows.columns)),
    rows.columns,
  )
  for (let m = 0; m < rows.rows; m++) {
    const row = rowOf(centered, m)
    const length = Math.sqrt(dot(row, row))
    if (length > 0) row.forEach((value, i) => (row[i] = value / length))
  }
  return centered
}
