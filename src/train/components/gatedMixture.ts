import * as tf from '@tensorflow/tfjs-core'

import type { Batch } from '../data/batch.js'
import { dropoutMask } from '../autodiff/constants.js'
import { categoryLoss, lossOf } from '../losses.js'
import type { LossWeights } from '../losses.js'
import { addBias, plainLoss, plus, product, softmax, times, transposed } from '../autodiff/operations.js'
import type { Differentiated } from '../autodiff/operations.js'
import { parameter, valueOf } from '../autodiff/parameters.js'
import type { Parameter, Parameters } from '../autodiff/parameters.js'
import type { Part, Tensors, Update } from './component.js'
import { gaussian } from '../../numeric/random.js'
import type { Random } from '../../numeric/random.js'

/** Shapes: E width of the embedding, W inputs of a prompt, M LLMs, C categories, K kinds, B prompts. */
export interface KindsPlan {
  /** E */
  embedding: number
  /** W */
  inputs: number
  /** M */
  llms: number
  /** C; 0 where the data has none. */
  categories: number
  /** K; with categories a multiple of C, kind k belonging to category k mod C. */
  kinds: number
  /** What the embedding is multiplied by: its values are small beside the features. */
  embeddingScale: number
  /** Of the inputs. */
  dropout: number
  gateLearningRate: number
  gateDecay: number
  tableLearningRate: number
  /** Penalty on the part of the table that is no sum of LLM and kind, for all of the data together. */
  tablePenalty: number
  /** Weight of the cross-entropy of the categories. */
  categoryWeight: number
  losses: LossWeights
  /** Outcomes in training, or comparisons where there is none, over which the penalty is spread; one at least. */
  outcomes: number
}

export const GATE_KERNEL = 'gate_kernel'
export const GATE_BIAS = 'gate_bias'
export const KIND_OF_LLM = 'kind_of_llm'
export const KIND_LEVEL = 'kind_level'
export const KIND_TABLE = 'kind_table'

/** Spread of the first values: the kinds of one category must differ to become different. */
const FIRST_KERNEL = 0.05
const FIRST_BIAS = 0.3

/**
 * A prompt is of several kinds, in shares that a softmax gives; each LLM has a level on each kind, and its logit is the
 * mean of the levels. A mixture of logistic regressions on nothing, with a learned gate (Jacobs et al. 1991).
 */
export function kindsPart(plan: KindsPlan): Part {
  return {
    losses: plan.losses,
    initialParameters: (random) => initialParameters(plan, random),
    loss: (tensors, batch, random) => {
      const B = batch.category.length
      const mask = plan.dropout > 0 ? dropoutMask(B, plan.inputs, plan.dropout, random) : undefined
      const { gate, grid } = forward(tensors, plan, batch, mask)
      const main = plainLoss(grid, (values) => lossOfGrid(values, batch, plan))
      if (plan.categories === 0 || plan.categoryWeight === 0) return main
      const ofCategories = plainLoss(gate, (z) =>
        categoryLoss(z, batch.category, plan.categories, plan.categoryWeight),
      )
      return plus(main, ofCategories)
    },
    logits: (tensors, batch) =>
      pick(forward(tensors, plan, batch).grid.dataSync<'float32'>(), batch, plan.llms),
    update: (name) => updateOf(name, plan),
  }
}

function initialParameters({ inputs, llms, kinds }: KindsPlan, random: Random): Parameters {
  return new Map<string, Parameter>([
    [GATE_KERNEL, parameter([inputs, kinds], () => FIRST_KERNEL * gaussian(random))],
    [GATE_BIAS, parameter([kinds], () => FIRST_BIAS * gaussian(random))],
    [KIND_OF_LLM, parameter([llms])],
    [KIND_LEVEL, parameter([kinds])],
    [KIND_TABLE, parameter([llms, kinds])],
  ])
}

function updateOf(name: string, plan: KindsPlan): Update {
  if (name === GATE_KERNEL || name === GATE_BIAS) {
    return { learningRate: plan.gateLearningRate, decay: plan.gateDecay, penalty: 0 }
  }
  const penalty = name === KIND_TABLE ? plan.tablePenalty / plan.outcomes : 0
  return { learningRate: plan.tableLearningRate, decay: 0, penalty }
}

/** All LLMs on all prompts of a batch, [B, M], which costs less than the pairs that there are one by one. */
function forward(tensors: Tensors, plan: KindsPlan, batch: Batch, mask?: tf.Tensor2D) {
  const matrix = (name: string) => valueOf(tensors, name) as tf.Tensor2D
  const inputs = tf.tensor2d(scaled(batch.inputs, plan), [batch.category.length, plan.inputs])
  const kept = mask === undefined ? inputs : times(inputs, mask)
  const gate = addBias(product(kept, matrix(GATE_KERNEL)), valueOf(tensors, GATE_BIAS)) // [B, K]
  const table = addBias(matrix(KIND_TABLE), valueOf(tensors, KIND_LEVEL)) // [M, K]
  const grid = addBias(product(softmax(gate), transposed(table)), valueOf(tensors, KIND_OF_LLM)) // [B, M]
  return { gate, grid }
}

function scaled(inputs: Float32Array, { embedding: E, inputs: W, embeddingScale }: KindsPlan): Float32Array {
  return inputs.map((value, i) => (i % W < E ? embeddingScale * value : value))
}

function lossOfGrid(grid: Float32Array, batch: Batch, { llms: M, losses }: KindsPlan): Differentiated {
  const { loss, gradient } = lossOf(pick(grid, batch, M), batch, losses)
  const whole = new Float32Array(grid.length)
  gradient.forEach((value, i) => (whole[cellOf(batch, i, M)] = value))
  return { loss, gradient: whole }
}

/** [n] the cells of the grid [B, M] that the pairs name. */
function pick(grid: Float32Array, batch: Batch, M: number): Float32Array {
  return Float32Array.from(batch.llm, (_, i) => grid[cellOf(batch, i, M)] ?? NaN)
}

function cellOf({ prompt, llm }: Batch, pair: number, M: number): number {
  return (prompt[pair] ?? 0) * M + (llm[pair] ?? 0)
}
