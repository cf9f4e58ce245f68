import { tooLarge } from '../config/limits.js'
import { LLimitError, shorten } from '../errors.js'

/** @throws LLimitError TOO_LARGE: how many LLMs `*` stands for is known with the saved model only. */
export function checkPairs(pairs: number, limit: number): void {
  if (pairs > limit) throw tooLarge('pairs', 'body', limit, pairs)
}

/** The field is named because the model alone is not at fault. */
export function noProbabilities(path: 'details' | 'model', model: string): LLimitError {
  const message = `${path}: expected a model whose scores are probabilities, got ${shorten(model)}, whose scores are margins`
  return new LLimitError('INVALID_REQUEST', message, { errors: [{ path, message }] })
}
