import { at } from '../../../src/numeric/at.js'
import { matrixOf } from '../../../src/numeric/matrix.js'
import type { Matrix } from '../../../src/numeric/matrix.js'
import { createRandom, gaussian } from '../../../src/numeric/random.js'
import type { Examples } from '../../../src/train/data/examples.js'
import { denseExamples } from '../denseExamples.js'

/** Seven prompts of three sources, four LLMs, three classes; each source has LLMs of its own, and one LLM only one outcome. */
export const COUNTS = { llms: 4, sources: 3 }
export const K = 3

const SOURCES = [0, 1, 0, 2, 1, 0, 1]
const LLMS_OF_SOURCE = [[0, 1], [1, 2], [3]]

export function smallExamples(): Examples {
  const random = createRandom(5)
  const judged = (prompt: number, llm: number) =>
    at(LLMS_OF_SOURCE, at(SOURCES, prompt)).includes(llm) ? Math.round(4 * random()) / 4 : NaN
  return { ...denseExamples(SOURCES.length, COUNTS.llms, judged), source: Int32Array.from(SOURCES) }
}

/** [7, K] rows of sum 1. */
export function smallGates(): Matrix {
  const random = createRandom(6)
  const rows = SOURCES.map(() => {
    const values = Array.from({ length: K }, () => Math.exp(2 * gaussian(random)))
    const sum = values.reduce((a, b) => a + b)
    return values.map((value) => value / sum)
  })
  return matrixOf(Float32Array.from(rows.flat()), K)
}
