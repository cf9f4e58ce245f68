/* eslint-disable @typescript-eslint/non-nullable-type-assertion-style --
   These loops run in every step of a training, over all pairs of a batch: at() makes them half as slow again. Every index is
   below a length by construction. */
import { LLimitError } from '../errors.js'
import { logistic, softplus } from '../numeric/logistic.js'
import { matrixOf, rowOf } from '../numeric/matrix.js'
import type { Matrix } from '../numeric/matrix.js'
import type { Differentiated } from './autodiff/operations.js'
import type { Batch } from './data/batch.js'
import { outcomeCount } from './data/examples.js'
import type { Examples } from './data/examples.js'

/** How much each loss counts; what counts 0 is not computed. */
export interface LossWeights {
  /** Binary cross-entropy of the outcomes, with the score as soft target: their mean, by the weights of their prompts. */
  outcomes: number
  /** Logistic loss of the data's comparisons: log(1 + exp(-(z_a - z_b))) if a was better, half of each for a tie. */
  comparisons: number
  /** The same over all pairs of LLMs whose outcomes on one prompt differ. */
  pairs: number
  /**
   * That of LLimit v1: max(0, MARGIN - (tanh z_better - tanh z_worse)), over the same pairs and the comparisons that are no
   * ties.
   */
  margin: number
}

const LOSS_NAMES = ['outcomes', 'comparisons', 'pairs', 'margin'] as const
const NO_LOSS: LossWeights = { outcomes: 0, comparisons: 0, pairs: 0, margin: 0 }

/** Difference of two scores, of tanh, from which on the margin loss has nothing to learn. */
const MARGIN = 0.1

/**
 * A network whose losses have no data would stay as it was drawn.
 * @throws LLimitError INVALID_ARGUMENT, with the weights and with what data there is.
 */
export function assertTrainable(weights: LossWeights, train: Examples): void {
  const outcomes = outcomeCount(train)
  const comparisons = train.preference.length
  const hasData = {
    outcomes: outcomes > 0,
    comparisons: comparisons > 0,
    pairs: outcomes > 0,
    margin: outcomes > 0 || comparisons > 0,
  }
  if (LOSS_NAMES.some((name) => weights[name] > 0 && hasData[name])) return
  const given = LOSS_NAMES.map((name) => `${name} ${weights[name]}`).join(', ')
  throw new LLimitError(
    'INVALID_ARGUMENT',
    `expected a loss with training data, got losses (${given}) for training prompts with ${outcomes} outcomes ` +
      `and ${comparisons} comparisons; change the weights of the recipe's losses`,
  )
}

/**
 * The one loss that says how well a training does on what is held out: the log loss of the outcomes, if there are some and
 * they are learned from; else the margin loss or that of all pairs, if one of them is learned from; else that of the
 * comparisons.
 */
export function heldOutLoss(z: Float32Array, batch: Batch, weights: LossWeights): number {
  const name = heldOutLossName(weights, outcomeCount(batch) > 0)
  return lossOf(z, batch, { ...NO_LOSS, [name]: 1 }).loss
}

function heldOutLossName(weights: LossWeights, hasOutcomes: boolean): keyof LossWeights {
  if (weights.outcomes > 0 && hasOutcomes) return 'outcomes'
  if (weights.margin > 0) return 'margin'
  return weights.pairs > 0 && hasOutcomes ? 'pairs' : 'comparisons'
}

/** Two pairs of one prompt, as positions in the batch, and the preference: 1 if the first is better, 0 if the second is. */
type Comparison = readonly [first: number, second: number, preference: number]

/** The weighted sum of the losses, each the mean over what it is made of. @param z [n] logits */
export function lossOf(z: Float32Array, batch: Batch, weights: LossWeights): Differentiated {
  const gradient = new Float32Array(z.length)
  const comparisons = comparisonsOf(batch)
  const pairs = weights.pairs > 0 || weights.margin > 0 ? comparisonsByTarget(batch) : []
  const decided = [...pairs, ...comparisons.filter(([, , preference]) => preference !== 0.5)]
  const loss =
    (weights.outcomes > 0 ? addCrossEntropy(z, batch, weights.outcomes, gradient) : 0) +
    addMean(z, comparisons, weights.comparisons, gradient, logisticLoss) +
    addMean(z, weights.pairs > 0 ? pairs : [], weights.pairs, gradient, logisticLoss) +
    addMean(z, weights.margin > 0 ? decided : [], weights.margin, gradient, marginLoss)
  return { loss, gradient }
}

/**
 * Cross-entropy of the categories, for those prompts that have one. The probability of a category is the sum of those of
 * its latent classes.
 * @param gate [B, K] logits of the classes; class k belongs to category k mod C
 * @param category [B]; negative for none
 */
export function categoryLoss(gate: Matrix, category: Int32Array, C: number, weight: number): Differentiated {
  const gradient = matrixOf(new Float32Array(gate.data.length), gate.columns)
  const factor = weight / category.filter((wanted) => wanted >= 0).length
  let loss = 0
  category.forEach((wanted, p) => {
    if (wanted < 0) return
    const logits = rowOf(gate, p)
    const all = logSumExp(logits, 1, 0)
    const own = logSumExp(logits, C, wanted)
    loss += (all - own) * factor
    const ofCategory = (z: number, k: number) => (k % C === wanted ? Math.exp(z - own) : 0)
    rowOf(gradient, p).set(logits.map((z, k) => (Math.exp(z - all) - ofCategory(z, k)) * factor))
  })
  return { loss, gradient: gradient.data }
}

/** Logarithm of the sum of the exponentials of every `step`-th value from `start` on. */
function logSumExp(values: Float32Array, step: number, start: number): number {
  let largest = -Infinity
  for (let i = start; i < values.length; i += step) largest = Math.max(largest, values[i] as number)
  let sum = 0
  for (let i = start; i < values.length; i += step) sum += Math.exp((values[i] as number) - largest)
  return largest + Math.log(sum)
}

function addCrossEntropy(z: Float32Array, batch: Batch, weight: number, gradient: Float32Array): number {
  const { target, prompt, weight: weights } = batch
  let total = 0
  for (let i = 0; i < z.length; i++)
    if (!Number.isNaN(target[i])) total += weights[prompt[i] as number] as number
  let loss = 0
  for (let i = 0; i < z.length; i++) {
    const y = target[i] as number
    if (Number.isNaN(y)) continue
    const zi = z[i] as number
    const factor = (weight * (weights[prompt[i] as number] as number)) / total
    loss += (softplus(zi) - y * zi) * factor
    gradient[i] = (gradient[i] as number) + (logistic(zi) - y) * factor
  }
  return loss
}

/** The loss of one comparison, and its derivative by the first logit and by the second. */
type ComparisonLoss = (
  a: number,
  b: number,
  preference: number,
) => readonly [loss: number, byA: number, byB: number]

const logisticLoss: ComparisonLoss = (a, b, preference) => {
  const slope = logistic(a - b) - preference
  return [softplus(a - b) - preference * (a - b), slope, -slope]
}

const marginLoss: ComparisonLoss = (a, b, preference) => {
  const direction = preference > 0.5 ? 1 : -1
  const [ta, tb] = [Math.tanh(a), Math.tanh(b)]
  const loss = MARGIN - direction * (ta - tb)
  return loss <= 0 ? [0, 0, 0] : [loss, -direction * (1 - ta * ta), direction * (1 - tb * tb)]
}

function addMean(
  z: Float32Array,
  comparisons: readonly Comparison[],
  weight: number,
  gradient: Float32Array,
  lossOfComparison: ComparisonLoss,
): number {
  let sum = 0
  for (const [a, b, preference] of comparisons) {
    const [loss, byA, byB] = lossOfComparison(z[a] as number, z[b] as number, preference)
    sum += loss
    gradient[a] = (gradient[a] as number) + (byA * weight) / comparisons.length
    gradient[b] = (gradient[b] as number) + (byB * weight) / comparisons.length
  }
  return comparisons.length === 0 ? 0 : (sum * weight) / comparisons.length
}

/** Those that the data has. */
function comparisonsOf({ a, b, preference }: Batch): Comparison[] {
  return Array.from(a, (pair, c): Comparison => [pair, b[c] as number, preference[c] as number])
}

/** All pairs of LLMs whose outcomes on one prompt differ, the better one first. */
function comparisonsByTarget({ prompt, target }: Batch): Comparison[] {
  const comparisons: Comparison[] = []
  for (let i = 0; i < prompt.length; i++) {
    for (let j = i + 1; prompt[j] === prompt[i] && j < prompt.length; j++) {
      const difference = (target[i] as number) - (target[j] as number)
      if (difference > 0) comparisons.push([i, j, 1])
      else if (difference < 0) comparisons.push([j, i, 1])
    }
  }
  return comparisons
}
