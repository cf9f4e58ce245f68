import type { Evidence } from '../card.js'
import type { Examples } from './examples.js'
import { sigmoid } from './losses.js'
import type { Nearest } from './regions.js'

/** Steps of the distribution of cosines that a card keeps: every 5 % of the held-out prompts. */
const FAMILIARITY_STEPS = 20

const LEVEL = 0.9

/** Outcomes of an LLM in a region of the dev split below which its mean there says too little. */
const SMALLEST_CELL = 5

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
export function familiarityOf(cosines: Float32Array): number[] {
  const sorted = cosines.slice().sort()
  return Array.from({ length: FAMILIARITY_STEPS + 1 }, (_, step) => {
    const position = (step / FAMILIARITY_STEPS) * (sorted.length - 1)
    const below = sorted[Math.floor(position)] ?? 0
    const above = sorted[Math.ceil(position)] ?? 0
    return below + (above - below) * (position - Math.floor(position))
  })
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
  /** Mean of (1 - familiarity)^2. */
  unfamiliar: number
}

interface Held {
  dev: Examples
  /** [n] calibrated logits of the pairs of `dev`. */
  logits: Float32Array
  nearest: Nearest
  /** [P] of the prompts of `dev`. */
  familiarity: Float32Array
}

/**
 * Fits how far a logit may be from the truth to what the dev split shows. The mean outcome of an LLM in a region differs
 * from the mean prediction by chance, p (1 - p) / m for m outcomes, and by the error of the network, (p (1 - p))^2 sd^2; sd as
 * the card's formula has it. `unfamiliar` is given: a dev split from the same sources does not show what happens on
 * others.
 * @param counts [M, R] outcomes in training
 */
export function fitInterval(
  held: Held,
  counts: Float32Array,
  R: number,
  unfamiliar: number,
): Evidence['interval'] {
  const cells = cellsOf(held, counts, R)
  let best = { base: 0, sparse: 0, likelihood: -Infinity }
  for (const base of grid(0, 1, 0.05)) {
    for (const sparse of grid(0, 4, 0.1)) {
      const likelihood = cells.reduce((sum, cell) => sum + likelihoodOf(cell, base, sparse, unfamiliar), 0)
      if (likelihood > best.likelihood) best = { base, sparse, likelihood }
    }
  }
  return { level: LEVEL, base: best.base, sparse: best.sparse, unfamiliar }
}

function cellsOf({ dev, logits, nearest, familiarity }: Held, counts: Float32Array, R: number): Cell[] {
  const sums = new Map<number, Cell>()
  forEachOutcome(dev, (llm, prompt, pair) => {
    const key = llm * R + (nearest.region[prompt] ?? 0)
    const cell = sums.get(key) ?? { size: 0, error: 0, spread: 0, evidence: counts[key] ?? 0, unfamiliar: 0 }
    const p = sigmoid(logits[pair] ?? NaN)
    cell.size++
    cell.error += (dev.target[pair] ?? NaN) - p
    cell.spread += p * (1 - p)
    cell.unfamiliar += (1 - (familiarity[prompt] ?? 0)) ** 2
    sums.set(key, cell)
  })
  return [...sums.values()]
    .filter(({ size }) => size >= SMALLEST_CELL)
    .map(({ size, error, spread, evidence, unfamiliar }) => ({
      size,
      error: error / size,
      spread: spread / size,
      evidence,
      unfamiliar: unfamiliar / size,
    }))
}

/** Logarithm of the normal density of a cell's error, up to a constant. */
function likelihoodOf(cell: Cell, base: number, sparse: number, unfamiliar: number): number {
  const variance = base ** 2 + sparse ** 2 / (cell.evidence + 1) + unfamiliar ** 2 * cell.unfamiliar
  const total = cell.spread / cell.size + cell.spread ** 2 * variance
  return -0.5 * (Math.log(total) + cell.error ** 2 / total)
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

function grid(from: number, to: number, step: number): number[] {
  return Array.from({ length: Math.round((to - from) / step) + 1 }, (_, i) => from + i * step)
}
