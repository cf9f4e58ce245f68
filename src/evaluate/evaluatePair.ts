import { LLimitError, quote } from '../errors.js'
import { at } from '../numeric/at.js'
import { mean } from '../numeric/mean.js'
import { bootstrap } from '../metrics/bootstrap.js'
import type { BootstrapOptions, Estimate } from '../metrics/bootstrap.js'
import { apgrStatistic, cptStatistic, routingCurve } from '../metrics/pairRouting.js'
import type { CurvePoint } from '../metrics/pairRouting.js'
import type { Outcomes } from '../outcomes/outcomes.js'
import { withoutSamples } from './measure.js'
import { isPredicting } from './system.js'
import type { System } from './system.js'

/** The two LLMs of two-model routing. */
export interface ModelPair {
  strong: string
  weak: string
}

/** Two-model routing by every system that predicts. */
export interface PairReport extends ModelPair {
  /** Prompts with an outcome of both. */
  prompts: number
  /** Mean scores on them. */
  quality: { strong: number; weak: number }
  systems: PairMeasured[]
}

interface PairMeasured {
  name: string
  /** An estimate is undefined if no sample of the prompts has a value. */
  apgr: Estimate | undefined
  cpt50: Estimate | undefined
  cpt80: Estimate | undefined
  curve: CurvePoint[]
}

/**
 * Whether two LLMs can be routed between, which takes no system: to be called also before everything is scored.
 * @throws LLimitError INVALID_ARGUMENT for an LLM without outcomes here, if no prompt has both, or if the strong LLM is not
 * better than the weak one.
 */
export function validatePair(outcomes: Outcomes, pair: ModelPair): void {
  pairedOutcomes(outcomes, pair)
}

/** @throws LLimitError as `validatePair` does. */
export function evaluatePair(
  outcomes: Outcomes,
  systems: readonly System[],
  pair: ModelPair,
  options: BootstrapOptions,
): PairReport {
  const { places, scores, quality } = pairedOutcomes(outcomes, pair)
  const measured = systems.filter(isPredicting).map(({ name, predictions }) => {
    const advantage = Float64Array.from(places, ([s, w]) => at(predictions, s) - at(predictions, w))
    const routing = { advantage, ...scores }
    const statistics = [apgrStatistic(routing), cptStatistic(routing, 0.5), cptStatistic(routing, 0.8)]
    const [apgr, cpt50, cpt80] = bootstrap(statistics, places.length, options).map(withoutSamples)
    return { name, apgr, cpt50, cpt80, curve: routingCurve(routing) }
  })
  return { ...pair, prompts: places.length, quality, systems: measured }
}

/** The scores [P] of the two LLMs on the prompts that have both, with the places of their outcomes. */
function pairedOutcomes(outcomes: Outcomes, { strong, weak }: ModelPair) {
  const places = placesOf(outcomes, rowOf(outcomes, strong), rowOf(outcomes, weak))
  if (places.length === 0) {
    throw invalidPair(`expected a prompt with outcomes of both ${strong} and ${weak}, got none`)
  }
  const scores = {
    strong: Float64Array.from(places, ([s]) => at(outcomes.score, s)),
    weak: Float64Array.from(places, ([, w]) => at(outcomes.score, w)),
  }
  const quality = { strong: mean(scores.strong), weak: mean(scores.weak) }
  if (quality.strong <= quality.weak) {
    const got = `${quality.strong.toFixed(3)} and ${quality.weak.toFixed(3)}`
    throw invalidPair(`expected ${strong} to be better than ${weak} on the prompts of both, got ${got}`)
  }
  return { places, scores, quality }
}

/** Places of the outcomes of the strong and the weak LLM, for each prompt that has both. */
function placesOf({ prompt, llm }: Outcomes, strong: number, weak: number): [number, number][] {
  const strongOn = new Map<number, number>()
  llm.forEach((m, i) => {
    if (m === strong) strongOn.set(at(prompt, i), i)
  })
  const places: [number, number][] = []
  llm.forEach((m, i) => {
    const place = strongOn.get(at(prompt, i))
    if (m === weak && place !== undefined) places.push([place, i])
  })
  return places
}

function rowOf({ llms, llm }: Outcomes, name: string): number {
  const row = llms.indexOf(name)
  if (row >= 0 && llm.includes(row)) return row
  throw invalidPair(`expected an LLM with outcomes in the evaluated split, got ${quote(name)}`)
}

function invalidPair(message: string): LLimitError {
  return new LLimitError('INVALID_ARGUMENT', message)
}
