import type { BootstrapOptions } from '../metrics/bootstrap.js'
import { reliability } from '../metrics/calibration.js'
import type { ReliabilityBin } from '../metrics/calibration.js'
import type { JudgedPrompt, Outcomes } from '../outcomes/outcomes.js'
import { duelBetween } from './pairRouting.js'
import type { DuelReport } from './pairRouting.js'
import { measure, scoredOutcomes } from './measure.js'
import type { Measured } from './measure.js'
import { selectOutcomes } from './selectOutcomes.js'
import type { System } from './system.js'

/** Groups of fewer prompts say nothing by themselves; they are measured together. */
export const SMALLEST_GROUP = 20

/** Name of the group that takes the small ones. */
export const OTHER = 'other'

export interface Group {
  name: string
  prompts: number
  outcomes: number
  systems: Measured[]
}

export interface Evaluation {
  /** Systems in the order of the tables, the first of which the others are compared with. */
  systems: { name: string; note?: string }[]
  llms: number
  overall: Group
  sources: Group[]
  categories: Group[]
  reliability: { name: string; bins: ReliabilityBin[] }[]
  duel?: DuelReport
}

interface Options extends BootstrapOptions {
  duel?: { strong: string; weak: string }
}

/**
 * Measures systems that predict the same outcomes: over all prompts, by source, by category, and in a duel of two LLMs.
 * @throws LLimitError as `duelBetween` does.
 */
export function evaluate(outcomes: Outcomes, systems: readonly System[], options: Options): Evaluation {
  const everything = { name: 'all', keep: () => true }
  return {
    systems: systems.map(({ name, note }) => (note === undefined ? { name } : { name, note })),
    llms: new Set(outcomes.llm).size,
    overall: groupOf(outcomes, systems, everything, options),
    sources: groupsBy(({ source }) => source, outcomes, systems, options),
    categories: groupsBy(({ category }) => category, outcomes, systems, options),
    reliability: systems.flatMap(({ name, predicts }) =>
      typeof predicts === 'string' ? [] : [{ name, bins: reliability(scoredOutcomes(outcomes, predicts)) }],
    ),
    ...(options.duel === undefined ? {} : { duel: duelBetween(outcomes, systems, options.duel, options) }),
  }
}

/** Groups of prompts, the largest first; none where all prompts are of one. */
function groupsBy(
  nameOf: (prompt: JudgedPrompt) => string,
  outcomes: Outcomes,
  systems: readonly System[],
  options: BootstrapOptions,
): Group[] {
  const counts = new Map<string, number>()
  for (const prompt of outcomes.prompts) counts.set(nameOf(prompt), (counts.get(nameOf(prompt)) ?? 0) + 1)
  const groupName = (prompt: JudgedPrompt) =>
    (counts.get(nameOf(prompt)) ?? 0) < SMALLEST_GROUP ? OTHER : nameOf(prompt)
  const names = new Set(outcomes.prompts.map(groupName))
  if (names.size < 2) return []
  const groups = [...names].map((name) =>
    groupOf(outcomes, systems, { name, keep: (prompt) => groupName(prompt) === name }, options),
  )
  return groups.sort((x, y) => Number(x.name === OTHER) - Number(y.name === OTHER) || y.prompts - x.prompts)
}

function groupOf(
  all: Outcomes,
  systems: readonly System[],
  { name, keep }: { name: string; keep: (prompt: JudgedPrompt) => boolean },
  options: BootstrapOptions,
): Group {
  const kept = all.prompts.map(keep)
  const { outcomes, places } = selectOutcomes(all, (i) => kept[all.prompt[i] ?? -1] ?? false)
  const here = systems.map((system) => restrict(system, places))
  const measured = measure(outcomes, here, options)
  return { name, prompts: outcomes.prompts.length, outcomes: outcomes.score.length, systems: measured }
}

/** A system on some of the outcomes. */
export function restrict(system: System, places: Int32Array): System {
  const { predicts } = system
  if (typeof predicts === 'string') return system
  return { ...system, predicts: Float64Array.from(places, (i) => predicts[i] ?? NaN) }
}
