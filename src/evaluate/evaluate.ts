import { valueAt } from '../numeric/at.js'
import { tally } from '../numeric/tally.js'
import type { BootstrapOptions } from '../metrics/bootstrap.js'
import { reliability } from '../metrics/calibration.js'
import type { ReliabilityBin } from '../metrics/calibration.js'
import { promptOf } from '../outcomes/outcomes.js'
import type { JudgedPrompt, Outcomes } from '../outcomes/outcomes.js'
import { evaluatePair } from './evaluatePair.js'
import type { ModelPair, PairReport } from './evaluatePair.js'
import { measureJoint } from './joint.js'
import type { JointReport } from './joint.js'
import type { LengthReport } from './lengths.js'
import { measure, scoredOutcomes } from './measure.js'
import type { Measured } from './measure.js'
import { selectOutcomes } from './selectOutcomes.js'
import { isPredicting, restrict } from './system.js'
import type { System } from './system.js'

/** Groups of fewer prompts say nothing by themselves; they are measured together. */
const MIN_GROUP_SIZE = 20

/** Name of the group that takes the small ones. */
export const OTHER = 'other'

/** All systems on the prompts of one source or category, or on all prompts. */
export interface MeasuredGroup {
  name: string
  prompts: number
  outcomes: number
  systems: Measured[]
}

export interface Evaluation {
  /** Systems in the order of the tables, the first of which the others are compared with. */
  systems: { name: string; note?: string }[]
  llms: number
  overall: MeasuredGroup
  sources: MeasuredGroup[]
  categories: MeasuredGroup[]
  reliability: { name: string; bins: ReliabilityBin[] }[]
  pairRouting?: PairReport
  /** Of the first system. */
  joint?: JointReport
  /** Of the model, if it predicts them and answers were counted. */
  lengths?: LengthReport
}

export interface EvaluationOptions extends BootstrapOptions {
  /** Two LLMs to route between. */
  pair?: ModelPair
  /** Of the difficulty that LLMs share, if the first system says so. */
  deviation?: number
}

/**
 * Measures systems that predict the same outcomes: over all prompts, by source, by category, and in two-model routing.
 * @throws LLimitError as `evaluatePair` does.
 */
export function evaluate(
  outcomes: Outcomes,
  systems: readonly System[],
  options: EvaluationOptions,
): Evaluation {
  const { pair, deviation } = options
  const [first] = systems.filter(isPredicting)
  return {
    systems: systems.map(({ name, note }) => (note === undefined ? { name } : { name, note })),
    llms: new Set(outcomes.llm).size,
    overall: measureGroup(outcomes, systems, { name: 'all', includes: () => true }, options),
    sources: measureGroups(({ source }) => source, outcomes, systems, options),
    categories: measureGroups(({ category }) => category, outcomes, systems, options),
    reliability: systems.filter(isPredicting).map(({ name, predictions }) => ({
      name,
      bins: reliability(scoredOutcomes(outcomes, predictions)),
    })),
    ...(pair === undefined ? {} : { pairRouting: evaluatePair(outcomes, systems, pair, options) }),
    ...(deviation === undefined || first === undefined
      ? {}
      : { joint: measureJoint(outcomes, first.predictions, deviation, options) }),
  }
}

/** Groups of prompts, the largest first; none if all prompts are in one. */
function measureGroups(
  labelOf: (prompt: JudgedPrompt) => string,
  outcomes: Outcomes,
  systems: readonly System[],
  options: BootstrapOptions,
): MeasuredGroup[] {
  const counts = tally(outcomes.prompts.map(labelOf))
  const nameOf = (prompt: JudgedPrompt) =>
    valueAt(counts, labelOf(prompt)) < MIN_GROUP_SIZE ? OTHER : labelOf(prompt)
  const names = new Set(outcomes.prompts.map(nameOf))
  if (names.size < 2) return []
  return [...names]
    .map((name) => {
      const includes = (prompt: JudgedPrompt) => nameOf(prompt) === name
      return measureGroup(outcomes, systems, { name, includes }, options)
    })
    .sort((x, y) => Number(x.name === OTHER) - Number(y.name === OTHER) || y.prompts - x.prompts)
}

function measureGroup(
  all: Outcomes,
  systems: readonly System[],
  { name, includes }: { name: string; includes: (prompt: JudgedPrompt) => boolean },
  options: BootstrapOptions,
): MeasuredGroup {
  const { outcomes, places } = selectOutcomes(all, (i) => includes(promptOf(all, i)))
  const restricted = systems.map((system) => restrict(system, places))
  return {
    name,
    prompts: outcomes.prompts.length,
    outcomes: outcomes.score.length,
    systems: measure(outcomes, restricted, options),
  }
}
