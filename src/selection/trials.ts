import { SharedDifficulty } from '../calibration/sharedDifficulty.js'
import type { Card } from '../card.js'
import { at } from '../numeric/at.js'

/** It takes 5 ms to make one; the card stays the same object while a saved model is in memory. */
const difficulties = new WeakMap<Card, SharedDifficulty>()

/** Of outcomes on one prompt; undefined if the card does not say how they depend on each other. */
export function sharedDifficultyOf(card: Card): SharedDifficulty | undefined {
  const known = difficulties.get(card)
  if (known !== undefined || card.shared_difficulty === undefined) return known
  const difficulty = new SharedDifficulty(card.shared_difficulty.deviation)
  difficulties.set(card, difficulty)
  return difficulty
}

/** LLMs of which nothing is known but their own probabilities. */
const independent = new SharedDifficulty(0)

/** An LLM that is tried on a prompt. */
interface Trial {
  /** The name that the saved model has. */
  known: string
}

/**
 * What `withSufficiency` asks for, of one prompt. If the card does not say how outcomes depend on each other, LLMs succeed
 * independently. An LLM that comes again by another name fails again.
 * @param predicted probability of an LLM before anything was tried
 * @param attempts LLM -> score, by the names that the saved model has
 */
export function firstToSucceed(
  predicted: (known: string) => number,
  attempts: ReadonlyMap<string, number>,
  card: Card,
): (ordered: readonly Trial[]) => number[] {
  const difficulty = sharedDifficultyOf(card) ?? independent
  return (ordered) => {
    const llms = [...new Set(ordered.map(({ known }) => known))]
    const tried = [...attempts]
    const probabilities = [...llms, ...attempts.keys()].map(predicted)
    const first = difficulty.firstToSucceed(
      probabilities,
      new Map(tried.map(([, score], i) => [llms.length + i, score])),
    )
    let distinct = 0
    const shares = ordered.map(({ known }) => (known === llms[distinct] ? at(first, distinct++) : 0))
    return [...shares, at(first, probabilities.length)]
  }
}
