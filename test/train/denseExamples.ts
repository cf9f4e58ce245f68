import { matrixOf } from '../../src/numeric/matrix.js'
import type { Examples } from '../../src/train/data/examples.js'

/** Every LLM on every prompt, with the target that `targetOf` gives; without inputs and comparisons. */
export function denseExamples(
  P: number,
  M: number,
  targetOf: (prompt: number, llm: number) => number,
): Examples {
  const pairs = Array.from({ length: P * M }, (_, i) => i)
  return {
    inputs: matrixOf(new Float32Array(), 1),
    category: new Int32Array(P),
    source: new Int32Array(P),
    weight: new Float32Array(P).fill(1),
    firstPair: Int32Array.from({ length: P + 1 }, (_, p) => p * M),
    llm: Int32Array.from(pairs, (i) => i % M),
    target: Float32Array.from(pairs, (i) => targetOf(Math.floor(i / M), i % M)),
    tokens: new Float32Array(P * M).fill(NaN),
    firstComparison: new Int32Array(P + 1),
    a: new Int32Array(),
    b: new Int32Array(),
    preference: new Float32Array(),
  }
}
