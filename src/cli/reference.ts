import type { Card } from '../card.js'
import type { ReferenceEncoder } from '../convert/convert.js'
import { LLimitError } from '../errors.js'
import type { Encoders } from '../embedding/encoders.js'
import { at } from '../numeric/at.js'
import { BATCH_SIZE } from '../selection/requests.js'
import type { SelectionService } from '../selection/service.js'
import type { Terminal } from './commandLine/terminal.js'

/** The largest difference of served scores to those of a card, and how large it may be. */
export interface ReferenceCheck {
  largestDifference: number
  tolerance: number
}

/** An installed encoder, as a conversion wants it. */
export async function referenceEncoder(encoders: Encoders, name: string): Promise<ReferenceEncoder> {
  const promptEncoder = await encoders.get(name)
  const { sha256, dimension, identity } = promptEncoder
  const embed = async (prompts: readonly string[]) =>
    (await promptEncoder.embed(prompts)).map(({ vector }) => vector)
  return { name, dimension, sha256, identity, embed }
}

/**
 * Scores the reference prompts of a card the way a request does and prints the largest difference to the card.
 * @throws LLimitError MODEL_BROKEN if it is above the card's tolerance.
 */
export async function checkReference(
  service: SelectionService,
  model: string,
  card: Card,
  terminal: Terminal,
): Promise<ReferenceCheck> {
  const { llms, prompts, scores: expected, tolerance } = card.reference
  const { scores } = await service.infer({ model, llms, prompts, batchSize: BATCH_SIZE.default })
  const differences = llms.flatMap((llm, m) => {
    const served = scores.get(llm)
    if (served === undefined) throw new LLimitError('INTERNAL', `no scores of ${llm} in the answer`)
    return prompts.map((_, p) => Math.abs(at(served, p) - at(at(expected, m), p)))
  })
  const largestDifference = Math.max(...differences)
  const summary = `reference: ${prompts.length} prompts x ${llms.length} LLMs, largest difference ${largestDifference.toExponential(2)}`
  // A comparison with NaN is false, so it counts as a failure.
  if (!(largestDifference <= tolerance)) {
    throw new LLimitError('MODEL_BROKEN', `${summary}, allowed ${tolerance}`)
  }
  terminal.print(`${summary} (allowed ${tolerance})`)
  return { largestDifference, tolerance }
}
