import { LLimitError } from '../errors.js'
import { bootstrap } from '../metrics/bootstrap.js'
import type { BootstrapOptions, Estimate } from '../metrics/bootstrap.js'
import { apgrStatistic, cptStatistic, routeCurve } from '../metrics/routeCurve.js'
import type { CurvePoint, Duel } from '../metrics/routeCurve.js'
import type { Outcomes } from '../outcomes/outcomes.js'
import type { System } from './system.js'

/** Routing between two LLMs, by every system that predicts. */
export interface DuelReport {
  strong: string
  weak: string
  /** Prompts with an outcome of both. */
  prompts: number
  /** Mean scores on them. */
  quality: { strong: number; weak: number }
  systems: { name: string; apgr: Estimate; cpt50: Estimate; cpt80: Estimate; curve: CurvePoint[] }[]
}

/** The two LLMs of a duel. */
export interface Rivals {
  strong: string
  weak: string
}

/**
 * Whether two LLMs can be routed between, which takes no system: to be asked also before the scoring of everything.
 * @throws LLimitError as `duelBetween` does.
 */
export function checkDuel(outcomes: Outcomes, rivals: Rivals): void {
  scoresOf(outcomes, rivals)
}

/**
 * @throws LLimitError UNKNOWN_LLM for an LLM without outcomes here, INVALID_REQUEST where no prompt has both or where the
 * strong LLM is not better than the weak one.
 */
export function duelBetween(
  outcomes: Outcomes,
  systems: readonly System[],
  rivals: Rivals,
  options: BootstrapOptions,
): DuelReport {
  const { pairs, scores, quality } = scoresOf(outcomes, rivals)
  const reports = systems.flatMap(({ name, predicts }) => {
    if (typeof predicts === 'string') return []
    const advantage = Float64Array.from(pairs, ([s, w]) => (predicts[s] ?? 0) - (predicts[w] ?? 0))
    const duel: Duel = { advantage, ...scores }
    const statistics = [apgrStatistic(duel), cptStatistic(duel, 0.5), cptStatistic(duel, 0.8)]
    const [apgr, cpt50, cpt80] = bootstrap(statistics, pairs.length, options).map(({ value, low, high }) => ({
      value,
      low,
      high,
    }))
    if (apgr === undefined || cpt50 === undefined || cpt80 === undefined) return []
    return [{ name, apgr, cpt50, cpt80, curve: routeCurve(duel) }]
  })
  return { ...rivals, prompts: pairs.length, quality, systems: reports }
}

function scoresOf(outcomes: Outcomes, { strong, weak }: Rivals) {
  const pairs = pairsOf(outcomes, indexOf(outcomes, strong), indexOf(outcomes, weak))
  const scores = {
    strong: Float64Array.from(pairs, ([s]) => outcomes.score[s] ?? 0),
    weak: Float64Array.from(pairs, ([, w]) => outcomes.score[w] ?? 0),
  }
  const quality = { strong: mean(scores.strong), weak: mean(scores.weak) }
  if (pairs.length === 0) throw refused(`no prompt has an outcome of both ${strong} and ${weak}`)
  if (quality.strong <= quality.weak) {
    throw refused(
      `${strong} is not better than ${weak} here: ${quality.strong.toFixed(3)} and ${quality.weak.toFixed(3)}`,
    )
  }
  return { pairs, scores, quality }
}

/** Places of the outcomes of the strong and the weak LLM, for each prompt that has both. */
function pairsOf({ prompt, llm }: Outcomes, strong: number, weak: number): [number, number][] {
  const strongOn = new Map<number, number>()
  llm.forEach((m, i) => {
    if (m === strong) strongOn.set(prompt[i] ?? -1, i)
  })
  const pairs: [number, number][] = []
  llm.forEach((m, i) => {
    const place = strongOn.get(prompt[i] ?? -1)
    if (m === weak && place !== undefined) pairs.push([place, i])
  })
  return pairs
}

function indexOf({ llms, llm }: Outcomes, name: string): number {
  const index = llms.indexOf(name)
  if (index >= 0 && llm.includes(index)) return index
  throw new LLimitError('UNKNOWN_LLM', `no outcome of an LLM "${name}" is evaluated`)
}

function refused(message: string): LLimitError {
  return new LLimitError('INVALID_REQUEST', message)
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
