import type { Drift } from '../../train/learn/drift.js'
import type { HeldOutGain } from '../../train/learn/heldOutGain.js'
import type { Learned } from '../../train/learn/learnLevels.js'
import type { LevelChange } from '../../train/learn/levelChange.js'
import type { ReadReports } from '../../train/learn/readReports.js'

/** A gain of fewer standard errors may be chance. */
const CLEAR = 2

export function skippedLine(outcomes: number, skipped: ReadReports['skipped']): string {
  const reasons = [...skipped].map(([reason, lines]) => `${lines} ${reason}`)
  return `${outcomes} outcomes${reasons.length === 0 ? '' : `; left out: ${reasons.join(', ')}`}`
}

/** What was learned, line by line. */
export function learnedLines({ levels, gain, drift }: Pick<Learned, 'levels' | 'gain' | 'drift'>): string[] {
  const changed = levels.filter(({ delta }) => delta !== 0)
  return [
    ...changed.map(levelLine),
    `${levels.length} LLMs with enough outcomes, of which ${changed.length} changed by more than chance and false reports make`,
    ...(gain === undefined ? [] : [gainLine(gain)]),
    driftLine(drift),
  ]
}

export function levelLine({
  llm,
  outcomes,
  meanScore,
  before,
  after,
  delta,
  low,
  high,
}: LevelChange): string {
  const [was, is] = [before, after].map((predicted) => predicted.mean.toFixed(3))
  const [wasOff, isOff] = [before, after].map((predicted) => predicted.calibrationError.toFixed(3))
  return (
    `${llm}: ${outcomes} outcomes, mean score ${meanScore.toFixed(3)}; probability ${was} -> ${is}; ` +
    `level ${signed(delta)} (${signed(low)} to ${signed(high)}); calibration error ${wasOff} -> ${isOff}`
  )
}

function gainLine({ outcomes, before, after, gain, standardError }: HeldOutGain): string {
  return (
    `log loss on ${outcomes} outcomes held out (5 folds): ${before.toFixed(3)} -> ${after.toFixed(3)}, ` +
    `gain ${gain.toFixed(3)} (standard error ${standardError.toFixed(3)})`
  )
}

function driftLine({ prompts, rare, distance, usual }: Drift): string {
  return (
    `familiarity of ${prompts} prompts: ${(100 * rare).toFixed(1)} % below 0.05 (expected: 5 %), ` +
    `distance to that of the training ${distance.toFixed(3)} (without drift below ${usual.toFixed(3)})`
  )
}

function signed(value: number): string {
  return `${value < 0 ? '' : '+'}${value.toFixed(2)}`
}

/** Says that levels are not clearly better on outcomes that they were not fitted to. */
export function doubtsOf({ outcomes, gain, standardError }: HeldOutGain): string[] {
  if (gain > CLEAR * standardError) return []
  return [
    `what was learned does not clearly help on outcomes held out: more than these ${outcomes} are needed`,
  ]
}
