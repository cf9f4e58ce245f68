import type { LengthSpec } from '../../card.js'
import type { LengthModel } from '../../lengths/lengthModel.js'
import type { VectorPrior } from '../../lengths/lengthsFile.js'
import { promptParts } from '../../lengths/promptPart.js'
import { at } from '../../numeric/at.js'
import { rowOf, withRow } from '../../numeric/matrix.js'
import type { Matrix } from '../../numeric/matrix.js'
import { quantileOf } from '../../numeric/quantile.js'
import { addScaled } from '../../numeric/vector.js'
import { isCounted } from '../../outcomes/outcomes.js'
import { logOfTokens } from '../lengths/countedAnswers.js'
import { addAnswer, emptySums, fitVector, noiseOf } from '../lengths/fitVectors.js'
import { likeLength, llmsByLikeness } from '../lengths/likeLlms.js'

/** Fits of the vector, each with the noise that the one before left. */
const ROUNDS = 4

interface KnownLengths {
  card: LengthSpec
  model: LengthModel
  prior: VectorPrior
}

/** The answers of the new LLM. */
interface NewAnswers {
  /** [n, W] of the prompts */
  inputs: Matrix
  /** [n] or NOT_COUNTED */
  tokens: Float32Array
}

/**
 * Adds an LLM to what is known of lengths: a vector that was fitted to its counted answers, and what LLMs like it say; of every
 * other LLM all stays as it is.
 * @param rows [M + 1, any] of the network, that of the new LLM last
 */
export function addLengths(
  { card, model, prior }: KnownLengths,
  answers: NewAnswers,
  rows: Matrix,
): Pick<KnownLengths, 'card' | 'model'> {
  const { vector, counted, noise, count } = fitNewLlm(model, prior, answers)
  const isMeasured = [...card.counted.map((own) => own > 0), false]
  const others = at(llmsByLikeness(rows, isMeasured), rows.rows - 1)
  const like = likeLength(others, {
    mean: Float64Array.from(prior.mean),
    vectors: rowsOf(model.vectors),
    counted: model.counted,
    clusters: rowsOf(prior.clusters),
    halfway: model.halfway,
  })
  return {
    card: { ...card, counted: [...card.counted, count] },
    model: {
      ...model,
      vectors: withRow(model.vectors, vector),
      likeVectors: withRow(model.likeVectors, like.vector),
      likeLevels: withRow(model.likeLevels, like.levels),
      counted: withRow(model.counted, counted),
      noise: Float32Array.of(...model.noise, noise),
    },
  }
}

/** The mean vector and the median noise, if no answer was counted. */
function fitNewLlm(model: LengthModel, prior: VectorPrior, { inputs, tokens }: NewAnswers) {
  const median = quantileOf(model.noise, 0.5)
  const sums = emptySums(model.vectors.columns)
  const counted = new Float64Array(model.counted.columns)
  const partOf = promptParts(model.prompts)
  tokens.forEach((count, i) => {
    if (!isCounted(count)) return
    const part = partOf(rowOf(inputs, i))
    addAnswer(sums, part.vector, logOfTokens(count))
    addScaled(counted, 1, part.shares)
  })
  const distribution = { mean: Float64Array.from(prior.mean), covariance: rowsOf(prior.covariance) }
  let noise = median
  let fit = fitVector(sums, distribution, noise)
  for (let round = 1; round < ROUNDS; round++) {
    noise = noiseOf(sums, fit, median)
    fit = fitVector(sums, distribution, noise)
  }
  return { vector: fit.mean, counted, noise, count: sums.count }
}

function rowsOf(matrix: Matrix): Float64Array[] {
  return Array.from({ length: matrix.rows }, (_, i) => Float64Array.from(rowOf(matrix, i)))
}
