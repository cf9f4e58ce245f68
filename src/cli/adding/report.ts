import type { AddLlmRequest } from '../../train/newLlm/addLlm.js'
import { MIN_VALIDATED_OUTCOMES } from '../../train/newLlm/crossValidate.js'
import type { RowValidation } from '../../train/newLlm/crossValidate.js'

/** What an LLM's scores rest on, line by line. */
export function reliabilityNotes(
  { scores, relatives }: Pick<AddLlmRequest, 'scores' | 'relatives'>,
  validation: RowValidation | undefined,
): string[] {
  const n = scores.length
  if (n === 0) {
    const source =
      relatives.length > 0
        ? `the mean of ${relatives.join(', ')}`
        : 'LLMs with names like its own (of all, if there are none)'
    return [
      `no outcomes: its scores are those of ${source}, nothing of its own; ` +
        'add it from outcomes as soon as there are some',
    ]
  }
  if (validation === undefined) {
    return [
      `fewer than ${MIN_VALIDATED_OUTCOMES} outcomes: its scores are mostly what the known LLMs look like, see docs/training.md`,
    ]
  }
  const { fitted, unfitted, constant } = validation
  const words = [
    `log loss on outcomes held out (5 folds): ${fitted.toFixed(3)}; ` +
      `${unfitted.toFixed(3)} without a fit, ${constant.toFixed(3)} with its success rate alone`,
  ]
  return [...words, ...doubtsOf(n, validation)]
}

/**
 * Says that a fit is no better than none, or than the success rate alone.
 * @param n outcomes that it was fitted to
 */
export function doubtsOf(n: number, validation: RowValidation | undefined): string[] {
  if (validation === undefined) return []
  const { fitted, unfitted, constant } = validation
  if (fitted <= Math.min(unfitted, constant)) return []
  return [`the fit does not help yet: more than these ${n} outcomes are needed`]
}
