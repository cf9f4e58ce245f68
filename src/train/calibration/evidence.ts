import { quantile } from '../../numeric/quantile.js'
import type { EvidenceSpec } from '../../card.js'
import type { FloatTensor } from '../../tensor/writeSafetensors.js'
import { promptCount } from '../data/examples.js'
import type { Examples } from '../data/examples.js'
import { deviationsOf, logitDeviation } from '../../calibration/interval.js'
import { familiarityOf } from '../../calibration/regions.js'
import { findClusters, nearestClusters } from './sphericalKMeans.js'
import type { Nearest } from './sphericalKMeans.js'
import type { Prepared } from '../data/prepare.js'
import { createRandom } from '../../numeric/random.js'
import type { Recipe } from '../recipe.js'

/** Steps of the distribution of cosines that a card keeps: every 5 % of the held-out prompts. */
const FAMILIARITY_STEPS = 20

const LEVEL = 0.9

/** Outcomes of an LLM in a region of the dev split below which its mean there says too little. */
const SMALLEST_CELL = 5

export interface FoundEvidence {
  /** For the card. */
  evidence: EvidenceSpec
  /** For the file beside it: `centroids` [R, E] and `outcomes` [M, R]. */
  tensors: ReadonlyMap<string, FloatTensor>
}

/**
 * What the training data knows of each LLM and each region of prompts, and how wide an interval the dev split asks for.
 * @param probabilities [n] of the pairs of the dev split
 */
export function findEvidence(
  { train, dev, trainEmbeddings, devEmbeddings, llms }: Prepared,
  probabilities: Float32Array,
  { regions, deviation }: Recipe['evidence'],
  seed: number,
): FoundEvidence {
  const E = trainEmbeddings.length / promptCount(train)
  const clusters = findClusters(trainEmbeddings, E, regions, createRandom(seed))
  const { count: R, centroids } = clusters
  const M = llms.length
  const counts = countOutcomes(train, nearestClusters(clusters, trainEmbeddings).region, M, R)
  const nearest = nearestClusters(clusters, devEmbeddings)
  const outcomes = llms.map((_, m) => counts.subarray(m * R, (m + 1) * R).reduce((a, b) => a + b, 0))
  const interval = widenInterval({ dev, probabilities, nearest }, counts, R, deviation)
  return {
    evidence: { regions: R, outcomes, familiarity: quantilesOf(nearest.cosine), interval },
    tensors: new Map([
      ['centroids', { shape: [R, E], data: centroids }],
      ['outcomes', { shape: [M, R], data: counts }],
    ]),
  }
}

/** [M, R] outcomes of each LLM in each region. */
export function countOutcomes(examples: Examples, region: Int32Array, M: number, R: number): Float32Array {
  const counts = new Float32Array(M * R)
  forEachOutcome(examples, (llm, prompt) => {
    const cell = llm * R + (region[prompt] ?? 0)
    counts[cell] = (counts[cell] ?? 0) + 1
  })
  return counts
}

/** The quantiles of the cosines, at equal steps from the least to the greatest. */
export function quantilesOf(cosines: Float32Array): number[] {
  const sorted = cosines.slice().sort()
  return Array.from({ length: FAMILIARITY_STEPS + 1 }, (_, step) =>
    quantile(sorted, step / FAMILIARITY_STEPS),
  )
}

/** One LLM in one region of the dev split. */
interface Cell {
  /** Outcomes on the dev split. */
  size: number
  /** Mean outcome less mean prediction. */
  error: number
  /** Mean of p (1 - p) over the predictions. */
  spread: number
  /** Outcomes in training. */
  evidence: number
  /** Mean over its prompts. */
  familiarity: number
}

interface Held {
  dev: Examples
  /** [n] probabilities of the pairs of `dev`. */
  probabilities: Float32Array
  nearest: Nearest
}

/**
 * The interval of the recipe, widened where the dev split asks for it: of the mean outcomes of its cells, a share of `level`
 * at least must lie as near to the mean prediction as chance, p (1 - p) / m for m outcomes, and the error of the network,
 * (p (1 - p))^2 sd^2, allow together. The recipe's numbers come from kinds of prompts that training had left out, which a dev
 * split from the same sources cannot show.
 * @param counts [M, R] outcomes in training
 */
export function widenInterval(
  held: Held,
  counts: Float32Array,
  R: number,
  { base, sparse, unfamiliar }: Omit<EvidenceSpec['interval'], 'level'>,
): EvidenceSpec['interval'] {
  const cells = cellsOf(held, counts, R)
  const widened = (factor: number) => ({
    level: LEVEL,
    base: factor * base,
    sparse: factor * sparse,
    unfamiliar: factor * unfamiliar,
  })
  const factor = FACTORS.find((candidate) => coverage(cells, widened(candidate)) >= LEVEL)
  return widened(factor ?? LARGEST_FACTOR)
}

const LARGEST_FACTOR = 4
const FACTORS = Array.from({ length: 31 }, (_, i) => 1 + (i * (LARGEST_FACTOR - 1)) / 30)

function cellsOf({ dev, probabilities, nearest }: Held, counts: Float32Array, R: number): Cell[] {
  const sums = new Map<number, Cell>()
  const quantiles = quantilesOf(nearest.cosine)
  const familiarity = nearest.cosine.map((cosine) => familiarityOf(cosine, quantiles))
  forEachOutcome(dev, (llm, prompt, pair) => {
    const key = llm * R + (nearest.region[prompt] ?? 0)
    const cell = sums.get(key) ?? { size: 0, error: 0, spread: 0, evidence: counts[key] ?? 0, familiarity: 0 }
    const p = probabilities[pair] ?? NaN
    cell.size++
    cell.error += (dev.target[pair] ?? NaN) - p
    cell.spread += p * (1 - p)
    cell.familiarity += familiarity[prompt] ?? 0
    sums.set(key, cell)
  })
  return [...sums.values()]
    .filter(({ size }) => size >= SMALLEST_CELL)
    .map(({ size, error, spread, evidence, familiarity: sum }) => ({
      size,
      error: error / size,
      spread: spread / size,
      evidence,
      familiarity: sum / size,
    }))
}

/** Share of the cells whose mean lies within the interval; 1 where there are none. */
function coverage(cells: readonly Cell[], interval: EvidenceSpec['interval']): number {
  const reach = deviationsOf(interval.level)
  const within = cells.filter(({ size, error, spread, evidence, familiarity }) => {
    const deviation = logitDeviation(interval, evidence, familiarity)
    return Math.abs(error) <= reach * Math.sqrt(spread / size + (spread * deviation) ** 2)
  })
  return cells.length === 0 ? 1 : within.length / cells.length
}

function forEachOutcome(
  { firstPair, llm, target }: Examples,
  visit: (llm: number, prompt: number, pair: number) => void,
): void {
  for (let prompt = 0; prompt + 1 < firstPair.length; prompt++) {
    for (let pair = firstPair[prompt] ?? 0; pair < (firstPair[prompt + 1] ?? 0); pair++) {
      if (!Number.isNaN(target[pair] ?? NaN)) visit(llm[pair] ?? 0, prompt, pair)
    }
  }
}
