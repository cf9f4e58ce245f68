import { LLimitError } from '../../errors.js'
import type { Terminal } from '../commandLine/terminal.js'

/** Metrics in which 0.5 is what chance gives, in words. */
const BY_CHANCE: Readonly<Record<string, string>> = {
  comparisons: 'of the comparisons that it has not seen are ordered rightly',
  pairs: 'of the pairs of LLMs on prompts that it has not seen are ordered rightly',
  auc: 'is the chance that a success it has not seen is predicted above a failure',
}
const CHANCE = 0.5

/** Says in which way a training is worse than chance on what was held out; nothing of one that is not. */
export function doubtsOf(metrics: Readonly<Record<string, number>>): string[] {
  return Object.entries(BY_CHANCE).flatMap(([name, words]) => {
    const value = metrics[name]
    if (value === undefined || value >= CHANCE) return []
    return [`${(100 * value).toFixed(1)} % ${words}; chance is 50 %`]
  })
}

/** Says that nothing held out tells whether it orders anything rightly; nothing of a training of which something does. */
export function unprovenBy(metrics: Readonly<Record<string, number>>): string[] {
  if (Object.keys(BY_CHANCE).some((name) => metrics[name] !== undefined)) return []
  return ['no outcome that was held out says whether it orders LLMs rightly: they are too few, or all alike']
}

/** A warning that nobody reads past. */
export function warn(doubts: readonly string[], terminal: Terminal): void {
  const rule = '!'.repeat(72)
  terminal.note([rule, ...doubts.map((doubt) => `WARNING: ${doubt}`), rule].join('\n'))
}

/** The error with which a command ends that has written a version and not made it live. */
export function notMadeLive(model: string, version: number, doubts: readonly string[]): LLimitError {
  const message =
    `${model}@${version} is written and not made live: ${doubts.join('; ')}. ` +
    `"llimit models activate ${model}@${version}" makes it live after all, --force does so at once`
  return new LLimitError('NOT_MADE_LIVE', message)
}

/** Makes the live version of what is doubted. */
export const FORCE = 'make it the live version even if it is no better than chance, or does not help yet'
