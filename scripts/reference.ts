import type { Card } from '../src/card.js'
import { LLimitError } from '../src/errors.js'
import type { SelectionService } from '../src/selection/service.js'
import { print } from './run.js'

/**
 * Scores the reference prompts of a card the way a request does and prints the largest difference to the card.
 * @throws LLimitError MODEL_BROKEN where it is above the card's tolerance.
 */
export async function checkReference(service: SelectionService, model: string, card: Card): Promise<void> {
  const { llms, prompts, scores: expected, tolerance } = card.reference
  const scores = await service.infer({ model, llms, prompts, batchSize: 128 })
  const differences = llms.flatMap((llm, m) =>
    prompts.map((_, p) => Math.abs((scores.get(llm)?.[p] ?? NaN) - (expected[m]?.[p] ?? NaN))),
  )
  const largest = Math.max(...differences)
  const summary = `reference: ${prompts.length} prompts x ${llms.length} LLMs, largest difference ${largest.toExponential(2)}`
  // A comparison with NaN is false, so it counts as a failure.
  if (!(largest <= tolerance)) throw new LLimitError('MODEL_BROKEN', `${summary}, allowed ${tolerance}`)
  print(`${summary} (allowed ${tolerance})`)
}
