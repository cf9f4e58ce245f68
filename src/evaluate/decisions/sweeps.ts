import { SharedDifficulty } from '../../calibration/sharedDifficulty.js'
import { decide, mostProbable } from '../../decision/decide.js'
import { decideWithin } from '../../decision/decideWithin.js'
import type { PromptObjective } from '../../decision/objective.js'
import { setSufficiency } from '../../decision/sufficiency.js'
import { at } from '../../numeric/at.js'
import type { JudgedCandidate, JudgedCandidates } from './judgedChoice.js'

/** One value of an objective's parameter. */
interface Setting {
  parameter: number
  /** @returns [P] the choice for each prompt; the fallback where the objective has none */
  choose: (prompts: readonly JudgedCandidates[]) => Promise<JudgedCandidate[]> | JudgedCandidate[]
}

/** An objective with the values of its parameter that are tried. */
export interface Sweep {
  name: string
  /** The field of the objective; null if it has none. */
  parameter: string | null
  settings: readonly Setting[]
}

/** Of an even scale of logarithms. */
function powers(from: number, to: number, perDecade: number): number[] {
  return Array.from({ length: (to - from) * perDecade + 1 }, (_, i) => 10 ** (from + i / perDecade))
}

const AT_LEAST = [0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.98]
const WITHIN = [0, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.6, 1]
const DIALS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
const GUARDS = [0, 0.25, 0.5, 0.75, 1, 1.5, 2, 3]
const BUDGETS = 12
/** The least budget has room for the cheapest LLMs, whatever the order in which their costs are added up. */
const ROUNDING = 1 + 1e-9
const THRESHOLDS = Array.from({ length: 41 }, (_, i) => (i - 20) / 20)

export const BEST = sweep('best', null, [0], () => ({ type: 'best' }))
export const VALUE = sweep('value', 'dollars', powers(-5, 2, 2), (dollars) => ({ type: 'value', dollars }))
export const DIAL = sweep('dial', 'position', DIALS, (position) => ({ type: 'dial', position }))

/** Objectives that trade quality for cost, by one parameter. */
export const TRADES: readonly Sweep[] = [
  VALUE,
  sweep('cheapest within', 'within', WITHIN, (within) => ({ type: 'cheapest', within })),
  sweep('cheapest at least', 'at_least', AT_LEAST, (at_least) => ({ type: 'cheapest', at_least })),
  DIAL,
]

/** Whatever the prompt, what a success must be worth for each LLM to be the choice: mixing neighbors at random is the line between. */
export const CONSTANTS = sweep('constants', 'dollars', powers(-6, 3, 8), (dollars) => ({
  type: 'value',
  dollars,
}))

/** The baseline is the candidate with the highest mean, as each prompt has other candidates. @param z values of it */
export function guarded(z: readonly number[] = GUARDS): Sweep {
  const settings = z.map((errors): Setting => {
    const choose = (prompts: readonly JudgedCandidates[]) =>
      prompts.map((candidates) => {
        const byMean = [...candidates].sort((a, b) => b.mean.probability - a.mean.probability)
        return chosen({ type: 'guarded', baseline: at(byMean, 0).llm, z: errors }, candidates)
      })
    return { parameter: errors, choose }
  })
  return { name: 'guarded', parameter: 'z', settings }
}

/** The LLM that is most probably the cheapest to succeed. @param deviation of the shared difficulty; 0: LLMs fail independently */
export function sufficient(deviation: number): Sweep {
  const joint = new SharedDifficulty(deviation)
  const sharesOf = (ordered: readonly JudgedCandidate[]) =>
    joint.firstToSucceed(ordered.map(({ probability }) => probability))
  const objective = { type: 'sufficient', isListed: false } as const
  const choose = (prompts: readonly JudgedCandidates[]) =>
    prompts.map((candidates) => {
      const own = candidates.map((candidate) => ({ ...candidate }))
      setSufficiency(own, false, sharesOf)
      return chosen(objective, own)
    })
  return { name: 'sufficient', parameter: null, settings: [{ parameter: deviation, choose }] }
}

/** From what the cheapest LLMs cost to what the most probable ones do, over all prompts together. */
export function budgets(prompts: readonly JudgedCandidates[]): Sweep {
  const totalOf = (choose: (candidates: JudgedCandidates) => number) =>
    prompts.reduce((sum, candidates) => sum + choose(candidates), 0)
  const least = totalOf((candidates) => Math.min(...candidates.map(({ cost }) => cost)))
  const most = totalOf((candidates) => known(mostProbable(candidates)).cost)
  const step = (most / least) ** (1 / (BUDGETS - 1))
  const settings = Array.from({ length: BUDGETS }, (_, i): Setting => {
    const dollars = least * step ** i * ROUNDING
    const choose = async (own: readonly JudgedCandidates[]) => {
      const { decisions } = await decideWithin(own, dollars)
      return decisions.map(({ choice, fallback }) => known(choice ?? fallback))
    }
    return { parameter: dollars, choose }
  })
  return { name: 'budget', parameter: 'dollars', settings }
}

/** Between two LLMs, which are the only candidates. */
export function thresholds(strong: string, weak: string, values: readonly number[] = THRESHOLDS): Sweep {
  return sweep('threshold', 'threshold', values, (threshold) => ({
    type: 'threshold',
    strong,
    weak,
    threshold,
  }))
}

function sweep(
  name: string,
  parameter: string | null,
  values: readonly number[],
  objectiveOf: (value: number) => PromptObjective,
): Sweep {
  const settings = values.map((value): Setting => {
    const objective = objectiveOf(value)
    return {
      parameter: value,
      choose: (prompts) => prompts.map((candidates) => chosen(objective, candidates)),
    }
  })
  return { name, parameter, settings }
}

function chosen(objective: PromptObjective, candidates: JudgedCandidates): JudgedCandidate {
  const { choice, fallback } = decide(objective, candidates)
  return known(choice ?? fallback)
}

function known(candidate: JudgedCandidate | null): JudgedCandidate {
  if (candidate === null) throw new RangeError('expected candidates, got none')
  return candidate
}
