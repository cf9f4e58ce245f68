import { createHash } from 'node:crypto'

import { at } from '../../numeric/at.js'
import { softplus } from '../../numeric/logistic.js'
import { mean, meanWithError } from '../../numeric/mean.js'
import { fitLevel } from './fitLevel.js'
import type { LevelOutcomes } from './fitLevel.js'

const FOLDS = 5

/** Log losses on outcomes that the fit had not seen, and how much lower the second is. */
export interface HeldOutGain {
  outcomes: number
  before: number
  after: number
  gain: number
  /** Of the gain. */
  standardError: number
}

/** The part of the outcomes that one belongs to, whatever else was reported. */
export function foldOf(id: string): number {
  return createHash('sha256').update(id).digest().readUInt32BE() % FOLDS
}

/**
 * Fits the levels of LLMs to four fifths of their outcomes and measures them on the last fifth, five times.
 * @param llms at least one outcome in all
 */
export function heldOutGain(
  llms: readonly { outcomes: LevelOutcomes; folds: readonly number[] }[],
): HeldOutGain {
  const [before, after]: [number[], number[]] = [[], []]
  for (const { outcomes, folds } of llms) {
    for (let fold = 0; fold < FOLDS; fold++) {
      const { delta } = fitLevel(pick(outcomes, (i) => folds[i] !== fold))
      const held = pick(outcomes, (i) => folds[i] === fold)
      before.push(...lossesAt(0, held))
      after.push(...lossesAt(delta, held))
    }
  }
  const { mean: gain, standardError } = meanWithError(before.map((loss, i) => loss - at(after, i)))
  return { outcomes: before.length, before: mean(before), after: mean(after), gain, standardError }
}

function pick(outcomes: LevelOutcomes, isWanted: (i: number) => boolean): LevelOutcomes {
  const of = (values: Float64Array) => values.filter((_, i) => isWanted(i))
  const { logits, factors, scores, moved } = outcomes
  return { logits: of(logits), factors: of(factors), scores: of(scores), moved: of(moved) }
}

function lossesAt(delta: number, { logits, factors, scores }: LevelOutcomes): number[] {
  return Array.from(scores, (score, i) => {
    const z = at(factors, i) * (at(logits, i) + delta)
    return softplus(z) - score * z
  })
}
