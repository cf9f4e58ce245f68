import { bootstrap } from '../metrics/bootstrap.js'
import type { Estimate } from '../metrics/bootstrap.js'
import { ratio } from '../metrics/scoredOutcomes.js'
import { valueAt } from '../numeric/at.js'
import { mean } from '../numeric/mean.js'
import type { Choice } from './choices.js'

/** Mean scores of three ways to choose: see `Choice`. */
type Scores = Pick<Choice, 'best' | 'constant' | 'guarded'>

/** What the guard is worth where it is needed, and what it costs where it is not. */
interface GuardReport {
  /** Standard errors that it asks for. */
  z: number
  /** Sources that training has not seen. */
  sources: (Scores & {
    source: string
    prompts: number
    /** Of the difference of `guarded` to `constant`, over prompts. */
    standardError: number
  })[]
  /** Dev prompts of sources that it has; absent if none of them leaves a choice. */
  known?: Scores & {
    prompts: number
    /** Share of the gain of `best` over `constant` that `guarded` keeps; absent if there is none. */
    kept?: Estimate
  }
}

/** The gain of `best` over `constant` on prompts below a bound. */
interface Gain {
  prompts: number
  /** Mean over prompts, with intervals over prompts and over sources; absent if there are no prompts. */
  gain?: Estimate
  overSources?: Estimate
  /** Its part of the gain on all prompts; absent if that is 0. */
  share?: number
}

interface BoundStep {
  /** Choices of less are not believed. */
  bound: number
  unseen: Gain
  known: Gain
}

export interface CarefulChoices {
  guard: GuardReport
  familiarity: BoundStep[]
  evidence: BoundStep[]
}

/** The last of familiarity is above all. */
const BOUNDS = {
  familiarity: [0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.5, 1.01],
  evidence: [1, 10, 20, 50, 100],
} as const

/**
 * Two ways to be careful: the guard, and bounds of familiarity and evidence below which the best constant is taken.
 * @param unseen choices on sources that training has not seen
 * @param known choices on dev prompts of those that it has; a prompt comes once for each training
 * @param z of the guard
 */
export function carefulChoices(
  unseen: readonly Choice[],
  known: readonly Choice[],
  { z, seed }: { z: number; seed: number },
): CarefulChoices {
  const stepsOf = (field: keyof typeof BOUNDS): BoundStep[] =>
    BOUNDS[field].map((bound) => {
      const below = (choices: readonly Choice[]) =>
        gainOn(
          choices.filter((choice) => choice[field] < bound),
          choices,
          seed,
        )
      return { bound, unseen: below(unseen), known: below(known) }
    })
  const knownRow = rowOf(known, seed)
  return {
    guard: { z, sources: sourceRows(unseen), ...(knownRow && { known: knownRow }) },
    familiarity: stepsOf('familiarity'),
    evidence: stepsOf('evidence'),
  }
}

function sourceRows(unseen: readonly Choice[]): GuardReport['sources'] {
  return [...new Set(unseen.map(({ source }) => source))].map((source) => {
    const own = unseen.filter((choice) => choice.source === source)
    const differences = own.map(({ guarded, constant }) => guarded - constant)
    const middle = mean(differences)
    const squares = differences.map((value) => (value - middle) ** 2)
    // The mean of one prompt has no error that could be told.
    const standardError = Math.sqrt(mean(squares) / Math.max(1, own.length - 1))
    return { source, prompts: own.length, ...scoresOf(own), standardError }
  })
}

function rowOf(known: readonly Choice[], seed: number): GuardReport['known'] {
  if (known.length === 0) return undefined
  const prompts = new Set(known.map(({ prompt }) => prompt)).size
  const kept = estimateBy(({ prompt }) => prompt, known, seed, {
    above: ({ guarded, constant }) => guarded - constant,
    below: gainOf,
  })
  return { prompts, ...scoresOf(known), ...(kept && { kept }) }
}

function scoresOf(choices: readonly Choice[]): Scores {
  const meanOf = (way: keyof Scores) => mean(choices.map((choice) => choice[way]))
  return { best: meanOf('best'), constant: meanOf('constant'), guarded: meanOf('guarded') }
}

function gainOn(below: readonly Choice[], all: readonly Choice[], seed: number): Gain {
  const prompts = new Set(below.map(({ prompt }) => prompt)).size
  const parts = { above: gainOf, below: () => 1 }
  const gain = estimateBy(({ prompt }) => prompt, below, seed, parts)
  const overSources = estimateBy(({ source }) => source, below, seed, parts)
  const whole = sumOf(all, gainOf)
  return {
    prompts,
    ...(gain && { gain }),
    ...(overSources && { overSources }),
    ...(whole !== 0 && { share: sumOf(below, gainOf) / whole }),
  }
}

function gainOf({ best, constant }: Choice): number {
  return best - constant
}

function sumOf(choices: readonly Choice[], valueOf: (choice: Choice) => number): number {
  return choices.reduce((sum, choice) => sum + valueOf(choice), 0)
}

/** The sum of `above` over that of `below`, with an interval over prompts or sources: whatever `unitOf` says. */
function estimateBy(
  unitOf: (choice: Choice) => string | number,
  choices: readonly Choice[],
  seed: number,
  { above, below }: Record<'above' | 'below', (choice: Choice) => number>,
): Estimate | undefined {
  const units = new Map<string | number, Choice[]>()
  for (const choice of choices) {
    const own = units.get(unitOf(choice))
    if (own === undefined) units.set(unitOf(choice), [choice])
    else own.push(choice)
  }
  if (units.size === 0) return undefined
  const sums = (valueOf: (choice: Choice) => number) =>
    Float64Array.from(units.keys(), (unit) => sumOf(valueAt(units, unit), valueOf))
  const [found] = bootstrap([ratio(sums(above), sums(below))], units.size, { seed })
  return found && { value: found.value, low: found.low, high: found.high }
}
