import { at } from '../numeric/at.js'
import type { LlmRow } from '../numeric/indices.js'
import { rowOf } from '../numeric/matrix.js'
import type { Matrix } from '../numeric/matrix.js'
import type { DenseNetworkWeights, Tower } from '../scorer/networkWeights.js'

/**
 * What a network gives for one pair, in float64, straight from its weights: the independent computation that the written
 * model is held to. Slow and plain on purpose.
 * @param inputs [E + F] embedding, then features
 */
export function outputOfPair(weights: DenseNetworkWeights, inputs: ArrayLike<number>, llm: LlmRow): number {
  const prompt = Array.from(inputs)
  let sum = weights.llmBias === undefined ? 0 : at(weights.llmBias, llm)
  for (const tower of weights.towers) sum += outputOfTower(weights, tower, prompt, llm)
  for (const { gateKernel, gateBias, classScores } of weights.gatedBranches) {
    const exponentials = dense(prompt, gateKernel, gateBias).map(Math.exp)
    const total = exponentials.reduce((a, b) => a + b, 0)
    const scores = rowOf(classScores, llm)
    exponentials.forEach((value, k) => (sum += (value / total) * at(scores, k)))
  }
  return weights.output === 'tanh' ? Math.tanh(sum) : sum
}

function outputOfTower(
  { activation }: DenseNetworkWeights,
  { llmVectors, layers }: Tower,
  prompt: readonly number[],
  llm: LlmRow,
): number {
  const slope = activation.type === 'relu' ? 0 : activation.slope
  let x = [...prompt, ...rowOf(llmVectors, llm)]
  layers.forEach(({ kernel, bias }, n) => {
    const sums = dense(x, kernel, bias)
    x = n === layers.length - 1 ? sums : sums.map((sum) => (sum >= 0 ? sum : slope * sum))
  })
  return at(x, 0)
}

function dense(x: readonly number[], { columns, data }: Matrix, bias: Float32Array): number[] {
  return Array.from(bias, (b, out) =>
    x.reduce((sum, value, i) => sum + value * at(data, i * columns + out), b),
  )
}
