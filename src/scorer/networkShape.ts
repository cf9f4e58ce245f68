/** The inputs of a dense network, in this order. E: width of the prompt embedding, F: number of features. */
export const INPUTS = ['prompt_embedding', 'prompt_features', 'llm'] as const

/** What a network takes: the widths of prompt embedding and features, and the rows of its LLM embedding. */
export interface NetworkShape {
  embedding: number
  features: number
  llms: number
}

/**
 * The loops over pairs read without looking: what they are given is checked here, once per request.
 * @param P prompts
 * @throws RangeError for widths or rows that are not those of the network.
 */
export function checkBatch(shape: NetworkShape, P: number, features: Float32Array, llms: Int32Array): void {
  if (!Number.isInteger(P) || features.length !== P * shape.features) {
    throw new RangeError(
      `expected whole rows of ${shape.embedding} and ${shape.features} numbers, got ${P} and ` +
        `${features.length / shape.features} rows`,
    )
  }
  const unknown = llms.find((row) => row < 0 || row >= shape.llms)
  if (unknown !== undefined)
    throw new RangeError(`expected LLM rows from 0 to ${shape.llms - 1}, got ${unknown}`)
}
