import type { Activation } from '../card.js'
import { at } from '../numeric/at.js'
import type { NetworkWeights } from './layersModel.js'

/**
 * The score of one (prompt, LLM) pair in float64, straight from the weights of a checkpoint: the independent computation
 * that a converted model is held to. Slow and plain on purpose.
 * @param embedding [E] prompt embedding
 * @param features [F] prompt features
 * @param row row of the LLM embedding
 */
export function scoreOfPair(
  weights: NetworkWeights,
  activation: Activation,
  embedding: ArrayLike<number>,
  features: ArrayLike<number>,
  row: number,
): number {
  const D = weights.llmEmbeddingDimension
  const llm = weights.llmEmbedding.subarray(row * D, (row + 1) * D)
  let x = [...Array.from(embedding), ...Array.from(features), ...llm]
  weights.layers.forEach(({ weight, bias, inputs, outputs }, n) => {
    const sums = Array.from({ length: outputs }, (_, out) =>
      x.reduce((sum, value, i) => sum + value * at(weight, out * inputs + i), at(bias, out)),
    )
    const isOutput = n === weights.layers.length - 1
    x = isOutput ? sums : sums.map((sum) => activate(sum, activation))
  })
  return Math.tanh(at(x, 0))
}

function activate(x: number, activation: Activation): number {
  if (x >= 0) return x
  return activation.type === 'relu' ? 0 : activation.slope * x
}
