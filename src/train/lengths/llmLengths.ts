import { likeMeanOf } from '../../lengths/lengthModel.js'
import type { LengthModel } from '../../lengths/lengthModel.js'
import type { VectorPrior } from '../../lengths/lengthsFile.js'
import type { PromptPart } from '../../lengths/promptPart.js'
import { at } from '../../numeric/at.js'
import { matrixOf, rowOf, stackRows } from '../../numeric/matrix.js'
import type { Matrix } from '../../numeric/matrix.js'
import { mean } from '../../numeric/mean.js'
import { addScaled } from '../../numeric/vector.js'
import { countsByLlm } from './countedAnswers.js'
import type { CountedAnswers } from './countedAnswers.js'
import { fitVectors } from './fitVectors.js'
import { likeLength, llmsByLikeness } from './likeLlms.js'

/** Counted answers near a prompt at which those of the LLM and of LLMs like it count alike. */
const HALFWAY = 1

/** All that a length model says of LLMs. */
type LlmLengths = Omit<LengthModel, 'prompts' | 'interval' | 'longest'>

/**
 * Fits what the lengths of answers say of each LLM, and of LLMs like it.
 * @param parts [P] of the prompts that were answered
 * @param rows [M, any] of the network, which say what LLMs are alike
 */
export function fitLlmLengths(
  parts: readonly PromptPart[],
  answers: CountedAnswers,
  rows: Matrix,
): { lengths: LlmLengths; prior: VectorPrior } {
  const M = rows.rows
  const counts = countsByLlm(answers, M)
  const vectorsOfPrompts = stackRows(
    parts.map(({ vector }) => vector),
    at(parts, 0).vector.length,
  )
  const fitted = fitVectors(vectorsOfPrompts, answers, M)
  const known = {
    ...fitted,
    counted: countByCluster(parts, answers, M),
    clusters: clusterVectors(parts),
    halfway: HALFWAY,
  }
  const isCounted = Array.from(counts, (count) => count > 0)
  const likes = llmsByLikeness(rows, isCounted).map((others) => likeLength(others, known))
  const lengths = {
    vectors: toMatrix(fitted.vectors),
    likeVectors: toMatrix(likes.map(({ vector }) => vector)),
    likeLevels: toMatrix(likes.map(({ levels }) => levels)),
    counted: known.counted,
    halfway: HALFWAY,
    noise: Float32Array.from(fitted.noise),
  }
  return {
    lengths: { ...lengths, likeVariance: likeVarianceOf(lengths, parts, answers) },
    prior: {
      mean: Float32Array.from(fitted.mean),
      covariance: toMatrix(fitted.covariance),
      clusters: toMatrix(known.clusters),
    },
  }
}

/** [M, K] */
function countByCluster(parts: readonly PromptPart[], { prompt, llm }: CountedAnswers, M: number): Matrix {
  const counts = Array.from({ length: M }, () => new Float64Array(at(parts, 0).shares.length))
  prompt.forEach((p, i) => {
    addScaled(at(counts, at(llm, i)), 1, at(parts, p).shares)
  })
  return toMatrix(counts)
}

/** K of [R]: the mean vector of the prompts of each cluster. */
function clusterVectors(parts: readonly PromptPart[]): Float64Array[] {
  const { vector, shares } = at(parts, 0)
  return Array.from(shares, (_, k) => {
    const sum = new Float64Array(vector.length)
    let weight = 0
    for (const part of parts) {
      const share = at(part.shares, k)
      addScaled(sum, share, part.vector)
      weight += share
    }
    return sum.map((value) => value / (weight + Number.MIN_VALUE))
  })
}

/**
 * What the squared errors of LLMs like one are on average above the noise of its own answers: each LLM is predicted without its own,
 * and counts alike.
 */
function likeVarianceOf(
  lengths: Pick<LengthModel, 'likeVectors' | 'likeLevels' | 'noise'>,
  parts: readonly PromptPart[],
  { prompt, llm, length }: CountedAnswers,
): number {
  const M = lengths.noise.length
  const [sums, counts] = [new Float64Array(M), new Float64Array(M)]
  llm.forEach((m, i) => {
    const error = at(length, i) - likeMeanOf(lengths, at(parts, at(prompt, i)), m)
    sums[m] = at(sums, m) + error ** 2
    counts[m] = at(counts, m) + 1
  })
  const excess = Array.from(counts).flatMap((count, m) =>
    count === 0 ? [] : [at(sums, m) / count - at(lengths.noise, m)],
  )
  return Math.max(0, mean(excess))
}

function toMatrix(rows: readonly (Float64Array | Float32Array)[]): Matrix {
  const columns = at(rows, 0).length
  const matrix = matrixOf(new Float32Array(rows.length * columns), columns)
  rows.forEach((row, i) => rowOf(matrix, i).set(row))
  return matrix
}
