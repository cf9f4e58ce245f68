import { deviationsOf, logitDeviation } from '../../calibration/interval.js'
import { familiarityOf } from '../../calibration/regions.js'
import type { EvidenceSpec } from '../../card.js'
import { at } from '../../numeric/at.js'
import { rowOf } from '../../numeric/matrix.js'
import type { Matrix } from '../../numeric/matrix.js'
import { forEachOutcome } from '../data/examples.js'
import type { Examples } from '../data/examples.js'
import type { Assignment } from './sphericalKMeans.js'

type Interval = EvidenceSpec['interval']

const LEVEL = 0.9

/** Outcomes of an LLM in a region of the dev split below which its mean there says too little. */
const MIN_CELL_OUTCOMES = 5

const MAX_FACTOR = 4
const FACTORS = Array.from({ length: 31 }, (_, i) => 1 + (i * (MAX_FACTOR - 1)) / 30)

/** The dev split as the network predicts it. */
interface DevPredictions {
  dev: Examples
  /** [n] probabilities of the pairs of `dev`. */
  probabilities: Float32Array
  /** The region of each prompt, and its cosine to the centroid. */
  nearest: Assignment
  /** Quantiles of these cosines, as `familiarityOf` takes them. */
  familiarity: readonly number[]
}

/**
 * The interval of the recipe, widened if the dev split asks for it: of the mean outcomes of its cells, a share of `level` at
 * least must lie as near to the mean prediction as chance, p (1 - p) / m for m outcomes, and the error of the network,
 * (p (1 - p))^2 sd^2, allow together. The recipe's numbers come from categories that training had not seen; a dev split from
 * the same sources cannot give them.
 * @param outcomes [M, R] in training
 */
export function fitInterval(
  predictions: DevPredictions,
  outcomes: Matrix,
  { base, sparse, unfamiliar }: Omit<Interval, 'level'>,
): Interval {
  const cells = cellsOf(predictions, outcomes)
  const widened = (factor: number): Interval => ({
    level: LEVEL,
    base: factor * base,
    sparse: factor * sparse,
    unfamiliar: factor * unfamiliar,
  })
  const factor = FACTORS.find((candidate) => coverage(cells, widened(candidate)) >= LEVEL)
  return widened(factor ?? MAX_FACTOR)
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

/** The cells with enough outcomes to tell. */
function cellsOf({ dev, probabilities, nearest, familiarity }: DevPredictions, outcomes: Matrix): Cell[] {
  const sums = new Map<number, Cell>()
  const familiarities = nearest.cosine.map((value) => familiarityOf(value, familiarity))
  forEachOutcome(dev, (llm, prompt, pair) => {
    const region = at(nearest.cluster, prompt)
    const key = llm * outcomes.columns + region
    const evidence = at(rowOf(outcomes, llm), region)
    const cell = sums.get(key) ?? { size: 0, error: 0, spread: 0, evidence, familiarity: 0 }
    const p = at(probabilities, pair)
    cell.size++
    cell.error += at(dev.target, pair) - p
    cell.spread += p * (1 - p)
    cell.familiarity += at(familiarities, prompt)
    sums.set(key, cell)
  })
  return [...sums.values()]
    .filter(({ size }) => size >= MIN_CELL_OUTCOMES)
    .map(({ size, error, spread, evidence, familiarity: sum }) => ({
      size,
      error: error / size,
      spread: spread / size,
      evidence,
      familiarity: sum / size,
    }))
}

/** Share of the cells whose mean lies within the interval; 1 if there are none. */
function coverage(cells: readonly Cell[], interval: Interval): number {
  const reach = deviationsOf(interval.level)
  const within = cells.filter(({ size, error, spread, evidence, familiarity }) => {
    const deviation = logitDeviation(interval, evidence, familiarity)
    return Math.abs(error) <= reach * Math.sqrt(spread / size + (spread * deviation) ** 2)
  })
  return cells.length === 0 ? 1 : within.length / cells.length
}
