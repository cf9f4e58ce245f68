import { softplus } from '../numeric/logistic.js'
import { probabilityOf } from '../calibration/probability.js'
import type { Batch } from './data/batch.js'
import type { Differentiated } from './autodiff/operations.js'

/** How much each loss counts; what counts 0 is not computed. */
export interface LossWeights {
  /** Binary cross-entropy of the outcomes, with the score as soft target. */
  outcomes: number
  /** Logistic loss of the comparisons of the data: log(1 + exp(-(z_a - z_b))) where a was better, half of each for a tie. */
  comparisons: number
  /** The same over all pairs of LLMs whose outcomes on one prompt differ. */
  pairs: number
  /** The original's: max(0, MARGIN - (tanh z_better - tanh z_worse)), over the same pairs and the comparisons that are no ties. */
  margin: number
}

const NONE: LossWeights = { outcomes: 0, comparisons: 0, pairs: 0, margin: 0 }

/**
 * The one loss that says how well a training does on what is held out: the log loss of the outcomes, where they are learnt from and
 * there are some; else the margin loss or that of all pairs, where one of them is learnt from; else that of the comparisons.
 */
export function heldOutLoss(z: Float32Array, batch: Batch, learnt: LossWeights): number {
  const hasOutcomes = batch.target.some((y) => !Number.isNaN(y))
  const name =
    learnt.outcomes > 0 && hasOutcomes
      ? 'outcomes'
      : learnt.margin > 0
        ? 'margin'
        : learnt.pairs > 0 && hasOutcomes
          ? 'pairs'
          : 'comparisons'
  return lossOf(z, batch, { ...NONE, [name]: 1 }).loss
}

/** Distance of two scores, of tanh, from which on the original's loss has nothing to learn. */
const MARGIN = 0.1

type Pair = readonly [better: number, worse: number, preference: number]

/** The weighted sum of the losses, each the mean over what it is made of. @param z [n] logits */
export function lossOf(z: Float32Array, batch: Batch, weights: LossWeights): Differentiated {
  const gradient = new Float32Array(z.length)
  const comparisons = comparisonsOf(batch)
  const pairs = weights.pairs > 0 || weights.margin > 0 ? pairsOf(batch) : []
  const ranked = [...pairs, ...comparisons.filter(([, , preference]) => preference !== 0.5)]
  const loss =
    (weights.outcomes > 0 ? addCrossEntropy(z, batch, weights.outcomes, gradient) : 0) +
    addMean(z, comparisons, weights.comparisons, gradient, logistic) +
    addMean(z, weights.pairs > 0 ? pairs : [], weights.pairs, gradient, logistic) +
    addMean(z, weights.margin > 0 ? ranked : [], weights.margin, gradient, hinge)
  return { loss, gradient }
}

/**
 * Cross-entropy of the categories, for those prompts that have one. The probability of a category is the sum of those of
 * its kinds.
 * @param gate [B, K] logits of the kinds; kind k belongs to category k mod C
 * @param category [B]; -1 for none
 */
export function categoryLoss(
  gate: Float32Array,
  category: Int32Array,
  C: number,
  weight: number,
): Differentiated {
  const gradient = new Float32Array(gate.length)
  const K = gate.length / category.length
  const share = weight / category.filter((row) => row >= 0).length
  let loss = 0
  category.forEach((wanted, p) => {
    if (wanted < 0) return
    const row = gate.subarray(p * K, (p + 1) * K)
    const all = logSumExp(row, 1, 0)
    const own = logSumExp(row, C, wanted)
    loss += (all - own) * share
    row.forEach((z, k) => {
      const inCategory = k % C === wanted ? Math.exp(z - own) : 0
      gradient[p * K + k] = (Math.exp(z - all) - inCategory) * share
    })
  })
  return { loss, gradient }
}

/** Logarithm of the sum of the exponentials of every `step`-th value from `start` on. */
function logSumExp(values: Float32Array, step: number, start: number): number {
  let largest = -Infinity
  for (let i = start; i < values.length; i += step) largest = Math.max(largest, values[i] ?? NaN)
  let sum = 0
  for (let i = start; i < values.length; i += step) sum += Math.exp((values[i] ?? NaN) - largest)
  return largest + Math.log(sum)
}

function addCrossEntropy(z: Float32Array, { target }: Batch, weight: number, gradient: Float32Array): number {
  let known = 0
  for (const y of target) if (!Number.isNaN(y)) known++
  let loss = 0
  for (let i = 0; i < z.length; i++) {
    const y = target[i] ?? NaN
    if (Number.isNaN(y)) continue
    const zi = z[i] ?? NaN
    loss += (softplus(zi) - y * zi) * (weight / known)
    gradient[i] = (gradient[i] ?? 0) + (probabilityOf(zi) - y) * (weight / known)
  }
  return loss
}

/** The loss of one pair, and its derivative by the first logit and by the second. */
type PairLoss = (
  a: number,
  b: number,
  preference: number,
) => readonly [loss: number, byA: number, byB: number]

const logistic: PairLoss = (a, b, preference) => {
  const slope = probabilityOf(a - b) - preference
  return [softplus(a - b) - preference * (a - b), slope, -slope]
}

const hinge: PairLoss = (a, b, preference) => {
  const direction = preference > 0.5 ? 1 : -1
  const [ta, tb] = [Math.tanh(a), Math.tanh(b)]
  const loss = MARGIN - direction * (ta - tb)
  return loss <= 0 ? [0, 0, 0] : [loss, -direction * (1 - ta * ta), direction * (1 - tb * tb)]
}

function addMean(
  z: Float32Array,
  pairs: readonly Pair[],
  weight: number,
  gradient: Float32Array,
  lossOfPair: PairLoss,
): number {
  let sum = 0
  for (const [a, b, preference] of pairs) {
    const [loss, byA, byB] = lossOfPair(z[a] ?? NaN, z[b] ?? NaN, preference)
    sum += loss
    gradient[a] = (gradient[a] ?? 0) + (byA * weight) / pairs.length
    gradient[b] = (gradient[b] ?? 0) + (byB * weight) / pairs.length
  }
  return pairs.length === 0 ? 0 : (sum * weight) / pairs.length
}

function comparisonsOf({ a, b, preference }: Batch): Pair[] {
  return Array.from(a, (row, i): Pair => [row, b[i] ?? 0, preference[i] ?? 0.5])
}

/** All pairs of LLMs whose outcomes on one prompt differ, the better one first. */
function pairsOf({ prompt, target }: Batch): Pair[] {
  const pairs: Pair[] = []
  for (let i = 0; i < prompt.length; i++) {
    for (let j = i + 1; prompt[j] === prompt[i] && j < prompt.length; j++) {
      const difference = (target[i] ?? NaN) - (target[j] ?? NaN)
      if (difference > 0) pairs.push([i, j, 1])
      else if (difference < 0) pairs.push([j, i, 1])
    }
  }
  return pairs
}
