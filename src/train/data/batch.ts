import { at } from '../../numeric/at.js'
import { gatherRows } from '../../numeric/matrix.js'
import type { Matrix } from '../../numeric/matrix.js'
import { promptCount } from './examples.js'
import type { Examples } from './examples.js'

/** Some prompts with all their pairs and comparisons. Shapes: B prompts, W inputs, n pairs, c comparisons. */
export interface Batch {
  /** [B, W] */
  inputs: Matrix
  /** [B] */
  category: Int32Array
  /** [B] what each outcome of a prompt counts in the loss. */
  weight: Float32Array
  /** [n] position of each pair's prompt in the batch, ascending. */
  prompt: Int32Array
  /** [n] row of the LLM. */
  llm: Int32Array
  /** [n] */
  target: Float32Array
  /** [c] pair, as a position in the batch. */
  a: Int32Array
  b: Int32Array
  /** [c] */
  preference: Float32Array
}

/** @param prompts indices into the examples, in the order of the batch */
export function batchOf(examples: Examples, prompts: Int32Array): Batch {
  const { firstPair, firstComparison } = examples
  const n = sizeOf(firstPair, prompts)
  const c = sizeOf(firstComparison, prompts)
  const batch: Batch = {
    inputs: gatherRows(examples.inputs, prompts),
    category: Int32Array.from(prompts, (p) => at(examples.category, p)),
    weight: Float32Array.from(prompts, (p) => at(examples.weight, p)),
    prompt: new Int32Array(n),
    llm: new Int32Array(n),
    target: new Float32Array(n),
    a: new Int32Array(c),
    b: new Int32Array(c),
    preference: new Float32Array(c),
  }
  let [pair, comparison] = [0, 0]
  prompts.forEach((p, position) => {
    const [from, to] = [at(firstPair, p), at(firstPair, p + 1)]
    const [fromComparison, toComparison] = [at(firstComparison, p), at(firstComparison, p + 1)]
    const toBatch = (i: number) => i - from + pair
    batch.prompt.fill(position, pair, toBatch(to))
    batch.llm.set(examples.llm.subarray(from, to), pair)
    batch.target.set(examples.target.subarray(from, to), pair)
    batch.a.set(examples.a.subarray(fromComparison, toComparison).map(toBatch), comparison)
    batch.b.set(examples.b.subarray(fromComparison, toComparison).map(toBatch), comparison)
    batch.preference.set(examples.preference.subarray(fromComparison, toComparison), comparison)
    pair += to - from
    comparison += toComparison - fromComparison
  })
  return batch
}

/** Elements of some prompts together. @param first [P + 1] where those of each prompt begin */
function sizeOf(first: Int32Array, prompts: Int32Array): number {
  return prompts.reduce((sum, p) => sum + at(first, p + 1) - at(first, p), 0)
}

/** The indices of all prompts, in order. */
export function allPrompts(examples: Examples): Int32Array {
  return Int32Array.from({ length: promptCount(examples) }, (_, p) => p)
}
