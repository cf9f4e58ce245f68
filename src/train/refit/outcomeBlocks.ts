/* eslint-disable @typescript-eslint/non-nullable-type-assertion-style --
   The loop over all cells of a block in every step of a fit: at() makes it several times slower. Logits and targets have the
   same length. */
import * as tf from '@tensorflow/tfjs-core'

import { at, valueAt } from '../../numeric/at.js'
import { logistic } from '../../numeric/logistic.js'
import { gatherRows } from '../../numeric/matrix.js'
import type { Matrix } from '../../numeric/matrix.js'
import { valuesOf } from '../../tensor/valuesOf.js'
import { promptCount } from '../data/examples.js'
import type { Examples } from '../data/examples.js'

/** A larger source is several blocks, so that no tensor grows with it. */
const MAX_PROMPTS = 2048

/**
 * The outcomes of one source as a grid: some of its prompts times the LLMs that were judged on any of them, which is dense if a
 * source has its own LLMs. P prompts, m LLMs, K classes.
 */
export interface OutcomeBlock {
  source: number
  /** [P, K] */
  gate: tf.Tensor2D
  /** [m] row of each LLM. */
  llms: Int32Array
  /** [P * m] NaN for none. */
  target: Float32Array
}

/**
 * The outcomes of the examples, source by source. The caller disposes the gates.
 * @param gates [P, K] of the prompts of the examples
 */
export function outcomeBlocks(examples: Examples, gates: Matrix): OutcomeBlock[] {
  return promptsBySource(examples).map(({ source, prompts }) => {
    const llms = llmsOf(examples, prompts)
    const columnOf = new Map(Array.from(llms, (llm, column) => [llm, column]))
    const target = new Float32Array(prompts.length * llms.length).fill(NaN)
    prompts.forEach((p, row) => {
      forEachPair(examples, p, (llm, y) => (target[row * llms.length + valueAt(columnOf, llm)] = y))
    })
    const { data, rows, columns } = gatherRows(gates, prompts)
    return { source, gate: tf.tensor2d(data, [rows, columns]), llms, target }
  })
}

/** Prompts with outcomes. */
function promptsBySource(examples: Examples): { source: number; prompts: number[] }[] {
  const groups: { source: number; prompts: number[] }[] = []
  const open = new Map<number, number[]>()
  for (let p = 0; p < promptCount(examples); p++) {
    if (llmsOf(examples, [p]).length === 0) continue
    const source = at(examples.source, p)
    const last = open.get(source)
    if (last !== undefined && last.length < MAX_PROMPTS) {
      last.push(p)
      continue
    }
    const prompts = [p]
    open.set(source, prompts)
    groups.push({ source, prompts })
  }
  return groups
}

/** Ascending. */
function llmsOf(examples: Examples, prompts: readonly number[]): Int32Array {
  const llms = new Set<number>()
  for (const p of prompts) forEachPair(examples, p, (llm) => void llms.add(llm))
  return Int32Array.from(llms).sort()
}

function forEachPair(
  { firstPair, llm, target }: Examples,
  prompt: number,
  visit: (llm: number, target: number) => void,
): void {
  for (let pair = at(firstPair, prompt); pair < at(firstPair, prompt + 1); pair++) {
    const y = at(target, pair)
    if (!Number.isNaN(y)) visit(at(llm, pair), y)
  }
}

/** What one block says of a table of class scores. */
export interface BlockFit {
  /** Sum of the cross-entropies of its outcomes. */
  loss: number
  /** [m, K] its derivative by the scores of its LLMs. */
  byScores: Float32Array
  /** Its derivative by a number added to all of its logits. */
  byLevel: number
}

/**
 * @param scores [M, K] class scores
 * @param level added to all logits
 */
export function fitOfBlock({ gate, llms, target }: OutcomeBlock, scores: Matrix, level: number): BlockFit {
  let [loss, byLevel] = [0, 0]
  const byScores = valuesOf(() => {
    const logits = logitsOf(gate, llms, scores).dataSync<'float32'>()
    const errors = new Float32Array(logits.length)
    for (let i = 0; i < logits.length; i++) {
      const y = target[i] as number
      if (Number.isNaN(y)) continue
      const z = (logits[i] as number) + level
      const small = Math.exp(-Math.abs(z))
      loss += Math.max(z, 0) + Math.log1p(small) - y * z
      const error = (z >= 0 ? 1 / (1 + small) : small / (1 + small)) - y
      errors[i] = error
      byLevel += error
    }
    return sumByLlm(errors, gate)
  })
  return { loss, byScores, byLevel }
}

/**
 * What a block knows of the scores of its LLMs: the sum of p (1 - p) · gate over the outcomes of each.
 * @returns [m, K]
 */
export function informationOfBlock(block: OutcomeBlock, scores: Matrix, level: number): Float32Array {
  const { gate, llms, target } = block
  return valuesOf(() => {
    const logits = logitsOf(gate, llms, scores).dataSync<'float32'>()
    const spread = logits.map((z, i) => {
      if (Number.isNaN(at(target, i))) return 0
      const p = logistic(z + level)
      return p * (1 - p)
    })
    return sumByLlm(spread, gate)
  })
}

/** [P, m] */
function logitsOf(gate: tf.Tensor2D, llms: Int32Array, scores: Matrix): tf.Tensor2D {
  const { data, rows, columns } = gatherRows(scores, llms)
  return tf.matMul(gate, tf.transpose(tf.tensor2d(data, [rows, columns])))
}

/** [m, K] of values [P * m]. */
function sumByLlm(values: Float32Array, gate: tf.Tensor2D): tf.Tensor2D {
  const [P] = gate.shape
  const byPrompt = tf.tensor2d(values, [P, values.length / P])
  return tf.matMul(tf.transpose(byPrompt), gate)
}
