import * as tf from '@tensorflow/tfjs-core'

import { at, valueAt } from '../../numeric/at.js'
import { matrixOf } from '../../numeric/matrix.js'
import type { Matrix } from '../../numeric/matrix.js'
import { gaussian } from '../../numeric/random.js'
import type { Random } from '../../numeric/random.js'
import { valuesOf } from '../../tensor/valuesOf.js'
import type { UpdateRule } from '../autodiff/adamW.js'
import { dropoutMask } from '../autodiff/constantTensors.js'
import { addBias, plainLoss, plus, product, softmax, times, transposed } from '../autodiff/operations.js'
import type { Differentiated } from '../autodiff/operations.js'
import { copyParameters, matrixTensor, parameter, tensorsOf } from '../autodiff/parameters.js'
import type { Parameter, Parameters, ParameterTensors } from '../autodiff/parameters.js'
import type { Batch } from '../data/batch.js'
import { categoryLoss, lossOf } from '../losses.js'
import type { LossWeights } from '../losses.js'
import type { Component } from './component.js'

/** Shapes: E width of the embedding, W inputs of a prompt, M LLMs, C categories, K latent classes, B prompts. */
export interface GatedMixtureSettings {
  /** E */
  embedding: number
  /** W */
  inputs: number
  /** M */
  llms: number
  /** C; 0 if the data has none. */
  categories: number
  /** K; with categories a multiple of C, class k belonging to category k mod C. */
  classes: number
  /** What the embedding is multiplied by: its values are small compared with the features. */
  embeddingScale: number
  /** Of the inputs. */
  dropout: number
  gateLearningRate: number
  gateDecay: number
  scoresLearningRate: number
  /** Penalty on the class scores, which say what the sum of an LLM's and a class's offset does not; for all of the data together. */
  scoresPenalty: number
  /** Weight of the cross-entropy of the categories. */
  categoryWeight: number
  losses: LossWeights
  /** Outcomes in training, or comparisons if there are none, over which the penalty is spread; at least one. */
  judgments: number
}

export const GATE_KERNEL = 'gate_kernel'
export const GATE_BIAS = 'gate_bias'
export const LLM_OFFSET = 'llm_offset'
export const CLASS_OFFSET = 'class_offset'
export const CLASS_SCORES = 'class_scores'

/** Spread of the first values: the classes of one category must differ to become different. */
const KERNEL_DEVIATION = 0.05
const BIAS_DEVIATION = 0.3

/**
 * A gate, a softmax over latent classes of prompts, says how much of each class a prompt has; each LLM has a score on each
 * class, and its logit is the mean of these, weighted by the gate. A mixture of experts that are constants, with a learned
 * gate (Jacobs et al. 1991).
 */
export function gatedMixture(settings: GatedMixtureSettings): Component {
  return {
    losses: settings.losses,
    initialParameters: (random) => initialParameters(settings, random),
    loss: (tensors, batch, random) => {
      const { categories, categoryWeight, classes, dropout, inputs } = settings
      const mask = dropout > 0 ? dropoutMask(batch.inputs.rows, inputs, dropout, random) : undefined
      const { gate, grid } = forward(tensors, settings, batch, mask)
      const main = plainLoss(grid, (logits) => lossOfGrid(logits, batch, settings))
      if (categories === 0 || categoryWeight === 0) return main
      const ofCategories = plainLoss(gate, (logits) =>
        categoryLoss(matrixOf(logits, classes), batch.category, categories, categoryWeight),
      )
      return plus(main, ofCategories)
    },
    logits: (tensors, batch) => {
      const { grid } = forward(tensors, settings, batch)
      return pick(grid.dataSync<'float32'>(), cellsOf(batch, settings.llms))
    },
    updateRule: (name) => updateRuleOf(name, settings),
  }
}

/**
 * The gate of some prompts, without dropout. A TensorFlow.js backend must have been started.
 * @param inputs [n, W]
 * @returns [n, K]
 */
export function gatesOf(settings: GatedMixtureSettings, parameters: Parameters, inputs: Matrix): Matrix {
  const gates = valuesOf(() => {
    const tensors = tensorsOf(parameters)
    const x = tf.tensor2d(scaledInputs({ inputs }, settings), [inputs.rows, settings.inputs])
    const logits = addBias(product(x, matrixTensor(tensors, GATE_KERNEL)), valueAt(tensors, GATE_BIAS))
    return softmax(logits)
  })
  return matrixOf(gates, settings.classes)
}

/** The trained class scores [M, K], with the offsets of LLMs and classes in them. */
export function classScoresOf({ classes: K }: GatedMixtureSettings, parameters: Parameters): Matrix {
  const dataOf = (name: string) => valueAt(parameters, name).data
  const [ofClass, ofLlm] = [dataOf(CLASS_OFFSET), dataOf(LLM_OFFSET)]
  const scores = dataOf(CLASS_SCORES).map(
    (value, i) => value + at(ofClass, i % K) + at(ofLlm, Math.floor(i / K)),
  )
  return matrixOf(scores, K)
}

/** The same mixture with other class scores [M, K], the offsets being in them. */
export function withClassScores(parameters: Parameters, scores: Matrix): Parameters {
  const changed = copyParameters(parameters)
  valueAt(changed, CLASS_OFFSET).data.fill(0)
  valueAt(changed, LLM_OFFSET).data.fill(0)
  valueAt(changed, CLASS_SCORES).data.set(scores.data)
  return changed
}

function initialParameters({ inputs, llms, classes }: GatedMixtureSettings, random: Random): Parameters {
  return new Map<string, Parameter>([
    [GATE_KERNEL, parameter([inputs, classes], () => KERNEL_DEVIATION * gaussian(random))],
    [GATE_BIAS, parameter([classes], () => BIAS_DEVIATION * gaussian(random))],
    [LLM_OFFSET, parameter([llms])],
    [CLASS_OFFSET, parameter([classes])],
    [CLASS_SCORES, parameter([llms, classes])],
  ])
}

function updateRuleOf(name: string, settings: GatedMixtureSettings): UpdateRule {
  if (name === GATE_KERNEL || name === GATE_BIAS) {
    return { learningRate: settings.gateLearningRate, decay: settings.gateDecay, penalty: 0 }
  }
  const penalty = name === CLASS_SCORES ? settings.scoresPenalty / settings.judgments : 0
  return { learningRate: settings.scoresLearningRate, decay: 0, penalty }
}

/** All LLMs on all prompts of a batch, [B, M], which costs less than the pairs that there are one by one. */
function forward(
  tensors: ParameterTensors,
  settings: GatedMixtureSettings,
  batch: Batch,
  mask?: tf.Tensor2D,
): { gate: tf.Tensor2D; grid: tf.Tensor2D } {
  const inputs = tf.tensor2d(scaledInputs(batch, settings), [batch.inputs.rows, settings.inputs])
  const kept = mask === undefined ? inputs : times(inputs, mask)
  const gate = addBias(product(kept, matrixTensor(tensors, GATE_KERNEL)), valueAt(tensors, GATE_BIAS)) // [B, K]
  const scores = addBias(matrixTensor(tensors, CLASS_SCORES), valueAt(tensors, CLASS_OFFSET)) // [M, K]
  const grid = addBias(product(softmax(gate), transposed(scores)), valueAt(tensors, LLM_OFFSET)) // [B, M]
  return { gate, grid }
}

function scaledInputs(
  { inputs }: Pick<Batch, 'inputs'>,
  { embedding: E, embeddingScale }: GatedMixtureSettings,
): Float32Array {
  return inputs.data.map((value, i) => (i % inputs.columns < E ? embeddingScale * value : value))
}

/** The loss of the pairs that a batch has, as one of the whole grid [B, M] of its prompts and all LLMs. */
function lossOfGrid(
  grid: Float32Array,
  batch: Batch,
  { llms, losses }: GatedMixtureSettings,
): Differentiated {
  const cells = cellsOf(batch, llms)
  const { loss, gradient } = lossOf(pick(grid, cells), batch, losses)
  const gridGradient = new Float32Array(grid.length)
  cells.forEach((cell, pair) => (gridGradient[cell] = at(gradient, pair)))
  return { loss, gradient: gridGradient }
}

/** [n] the cell of each pair of a batch in the grid [B, M]. */
function cellsOf({ prompt, llm }: Batch, M: number): Int32Array {
  return llm.map((row, pair) => at(prompt, pair) * M + row)
}

function pick(grid: Float32Array, cells: Int32Array): Float32Array {
  return Float32Array.from(cells, (cell) => at(grid, cell))
}
