import { levelFactor } from '../../calibration/level.js'
import { familiarityOf } from '../../calibration/regions.js'
import type { EvidenceSpec } from '../../card.js'
import { at } from '../../numeric/at.js'
import { logistic } from '../../numeric/logistic.js'
import { matrixOf, rowOf } from '../../numeric/matrix.js'
import type { Matrix } from '../../numeric/matrix.js'
import { quantile } from '../../numeric/quantile.js'
import { createRandom } from '../../numeric/random.js'
import { NO_CATEGORY } from '../data/categories.js'
import { forEachOutcome } from '../data/examples.js'
import type { Examples } from '../data/examples.js'
import type { PreparedData } from '../data/prepareData.js'
import type { Recipe } from '../recipe.js'
import { fitInterval } from './fitInterval.js'
import { byRegion, categoryRegions } from './categoryRegions.js'
import { assignToNearest } from './sphericalKMeans.js'

/** Steps of the distribution of cosines that a card keeps: every 5 % of the held-out prompts. */
const FAMILIARITY_STEPS = 20

/** What the training data knows of each LLM and each category of prompts. M LLMs, R regions, E the width of an embedding. */
interface MeasuredEvidence {
  card: EvidenceSpec
  /** [n] of the pairs of the dev split, as the level of unfamiliar prompts leaves them. */
  devLogits: Float32Array
  /** [P] of the prompts of the dev split. */
  devFamiliarity: Float64Array
  /** [R, E] of unit length */
  centroids: Matrix
  /** [M, R] outcomes of each LLM on the category of each region. */
  outcomes: Matrix
  /** [M, R] sums of their scores. */
  successes: Matrix
}

/**
 * Finds the regions, counts outcomes by category, and fits how wide an interval the dev split asks for. A TensorFlow.js backend
 * must have been started.
 * @param logits [n] of the pairs of the dev split, calibrated
 */
export function measureEvidence(
  { train, dev, trainEmbeddings, devEmbeddings, llms, categories }: PreparedData,
  logits: Float32Array,
  recipe: Recipe['evidence'],
  seed: number,
): MeasuredEvidence {
  const random = createRandom(seed)
  const { centroids, category } = categoryRegions(trainEmbeddings, train.category, recipe.regions, random)
  // NO_CATEGORY becomes the first column.
  const columnOf = (index: number) => index - NO_CATEGORY
  const [columns, C] = [train.category.map(columnOf), columnOf(categories.length)]
  const counts = countOutcomes(train, columns, llms.length, C)
  const outcomes = byRegion(counts, category.map(columnOf))
  const successes = byRegion(sumScores(train, columns, llms.length, C), category.map(columnOf))
  const nearest = assignToNearest(centroids, devEmbeddings)
  const familiarity = familiarityQuantiles(nearest.cosine)
  const promptOfPair = promptsOfPairs(dev)
  const devFamiliarity = Float64Array.from(nearest.cosine, (cosine) => familiarityOf(cosine, familiarity))
  const factors = Float32Array.from(devFamiliarity, (own) => levelFactor(own, recipe.level))
  const devLogits = logits.map((z, pair) => z * at(factors, at(promptOfPair, pair)))
  const probabilities = devLogits.map((z) => logistic(z))
  const interval = fitInterval({ dev, probabilities, nearest, familiarity }, outcomes, recipe.deviation)
  return {
    card: {
      regions: centroids.rows,
      categories: Array.from(category, (index) => (index === NO_CATEGORY ? '' : at(categories, index))),
      outcomes: llms.map((_, m) => rowOf(counts, m).reduce((a, b) => a + b, 0)),
      familiarity,
      level: recipe.level,
      interval,
    },
    devLogits,
    devFamiliarity,
    centroids,
    outcomes,
    successes,
  }
}

/**
 * [M, C] outcomes of each LLM on each of C categories.
 * @param columns [P] the category of each prompt
 */
export function countOutcomes(examples: Examples, columns: Int32Array, M: number, C: number): Matrix {
  return sumOutcomes(examples, columns, [M, C], () => 1)
}

/** [M, C] sums of the scores of the same. */
function sumScores(examples: Examples, columns: Int32Array, M: number, C: number): Matrix {
  return sumOutcomes(examples, columns, [M, C], (pair) => at(examples.target, pair))
}

function sumOutcomes(
  examples: Examples,
  columns: Int32Array,
  [M, C]: readonly [number, number],
  valueOf: (pair: number) => number,
): Matrix {
  const sums = matrixOf(new Float32Array(M * C), C)
  forEachOutcome(examples, (llm, prompt, pair) => {
    const ofLlm = rowOf(sums, llm)
    const column = at(columns, prompt)
    ofLlm[column] = at(ofLlm, column) + valueOf(pair)
  })
  return sums
}

/** The quantiles of the cosines of held-out prompts to their centroid, at equal steps from the least to the greatest. */
export function familiarityQuantiles(cosines: Float32Array): number[] {
  const sorted = cosines.slice().sort()
  return Array.from({ length: FAMILIARITY_STEPS + 1 }, (_, step) =>
    quantile(sorted, step / FAMILIARITY_STEPS),
  )
}

/** [n] the prompt of each pair. */
function promptsOfPairs({ firstPair, llm }: Examples): Int32Array {
  const prompts = new Int32Array(llm.length)
  for (let p = 0; p + 1 < firstPair.length; p++) prompts.fill(p, at(firstPair, p), at(firstPair, p + 1))
  return prompts
}
