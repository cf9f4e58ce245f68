import type { EvidenceSpec } from '../../card.js'
import { at } from '../../numeric/at.js'
import { matrixOf, rowOf } from '../../numeric/matrix.js'
import type { Matrix } from '../../numeric/matrix.js'
import { quantile } from '../../numeric/quantile.js'
import { createRandom } from '../../numeric/random.js'
import { forEachOutcome } from '../data/examples.js'
import type { Examples } from '../data/examples.js'
import type { PreparedData } from '../data/prepareData.js'
import type { Recipe } from '../recipe.js'
import { fitInterval } from './fitInterval.js'
import { assignToNearest, sphericalKMeans } from './sphericalKMeans.js'

/** Steps of the distribution of cosines that a card keeps: every 5 % of the held-out prompts. */
const FAMILIARITY_STEPS = 20

/** What the training data knows of each LLM and each region of prompts. M LLMs, R regions, E the width of an embedding. */
interface MeasuredEvidence {
  card: EvidenceSpec
  /** [R, E] of unit length */
  centroids: Matrix
  /** [M, R] outcomes of each LLM in each region. */
  outcomes: Matrix
}

/**
 * Finds the regions, counts outcomes in them, and fits how wide an interval the dev split asks for. A TensorFlow.js backend
 * must have been started.
 * @param probabilities [n] of the pairs of the dev split
 */
export function measureEvidence(
  { train, dev, trainEmbeddings, devEmbeddings, llms }: PreparedData,
  probabilities: Float32Array,
  recipe: Recipe['evidence'],
  seed: number,
): MeasuredEvidence {
  const centroids = sphericalKMeans(trainEmbeddings, recipe.regions, createRandom(seed))
  const trainRegions = assignToNearest(centroids, trainEmbeddings).cluster
  const outcomes = countOutcomes(train, trainRegions, llms.length, centroids.rows)
  const nearest = assignToNearest(centroids, devEmbeddings)
  const familiarity = familiarityQuantiles(nearest.cosine)
  const interval = fitInterval({ dev, probabilities, nearest, familiarity }, outcomes, recipe.deviation)
  return {
    card: {
      regions: centroids.rows,
      outcomes: llms.map((_, m) => rowOf(outcomes, m).reduce((a, b) => a + b, 0)),
      familiarity,
      interval,
    },
    centroids,
    outcomes,
  }
}

/**
 * [M, R] outcomes of each LLM in each region.
 * @param regions [P] of the prompts
 */
export function countOutcomes(examples: Examples, regions: Int32Array, M: number, R: number): Matrix {
  const counts = matrixOf(new Float32Array(M * R), R)
  forEachOutcome(examples, (llm, prompt) => {
    const ofLlm = rowOf(counts, llm)
    const region = at(regions, prompt)
    ofLlm[region] = at(ofLlm, region) + 1
  })
  return counts
}

/** The quantiles of the cosines of held-out prompts to their centroid, at equal steps from the least to the greatest. */
export function familiarityQuantiles(cosines: Float32Array): number[] {
  const sorted = cosines.slice().sort()
  return Array.from({ length: FAMILIARITY_STEPS + 1 }, (_, step) =>
    quantile(sorted, step / FAMILIARITY_STEPS),
  )
}
