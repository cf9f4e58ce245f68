import { promptCount } from './examples.js'
import type { Examples } from './examples.js'

/** Some prompts with all their pairs. Shapes: B prompts, n pairs. */
export interface Batch {
  /** [B, W] */
  inputs: Float32Array
  /** [B] */
  category: Int32Array
  /** [n] position of each pair's prompt in the batch, ascending. */
  prompt: Int32Array
  /** [n] */
  llm: Int32Array
  /** [n] */
  target: Float32Array
  /** Comparisons, as positions of pairs in the batch. */
  a: Int32Array
  b: Int32Array
  preference: Float32Array
}

export function batchOf(examples: Examples, prompts: Int32Array): Batch {
  const { width, firstPair, firstComparison } = examples
  const sizes = (first: Int32Array) =>
    prompts.reduce((sum, p) => sum + (first[p + 1] ?? 0) - (first[p] ?? 0), 0)
  const n = sizes(firstPair)
  const compared = sizes(firstComparison)
  const batch: Batch = {
    inputs: new Float32Array(prompts.length * width),
    category: Int32Array.from(prompts, (p) => examples.category[p] ?? -1),
    prompt: new Int32Array(n),
    llm: new Int32Array(n),
    target: new Float32Array(n),
    a: new Int32Array(compared),
    b: new Int32Array(compared),
    preference: new Float32Array(compared),
  }
  let pair = 0
  let comparison = 0
  prompts.forEach((p, position) => {
    const [from, to] = [firstPair[p] ?? 0, firstPair[p + 1] ?? 0]
    batch.inputs.set(examples.inputs.subarray(p * width, (p + 1) * width), position * width)
    batch.prompt.fill(position, pair, pair + to - from)
    batch.llm.set(examples.llm.subarray(from, to), pair)
    batch.target.set(examples.target.subarray(from, to), pair)
    for (let c = firstComparison[p] ?? 0; c < (firstComparison[p + 1] ?? 0); c++, comparison++) {
      batch.a[comparison] = (examples.a[c] ?? 0) - from + pair
      batch.b[comparison] = (examples.b[c] ?? 0) - from + pair
      batch.preference[comparison] = examples.preference[c] ?? 0.5
    }
    pair += to - from
  })
  return batch
}

/** The indices of all prompts, in order. */
export function allPrompts(examples: Examples): Int32Array {
  return Int32Array.from({ length: promptCount(examples) }, (_, p) => p)
}
