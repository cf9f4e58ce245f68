import { bootstrap, difference } from '../../metrics/bootstrap.js'
import type { Estimate } from '../../metrics/bootstrap.js'
import { calibrationErrorStatistic } from '../../metrics/calibration.js'
import { brierStatistic, crossEntropy, logLossStatistic } from '../../metrics/properScores.js'
import { at } from '../../numeric/at.js'
import { mean, meanWithError } from '../../numeric/mean.js'
import type { ShadowTally } from './shadowTally.js'

const MEASURES = {
  log_loss: logLossStatistic,
  brier: brierStatistic,
  calibration_error: calibrationErrorStatistic,
}
type Measure = keyof typeof MEASURES

/** The same outcomes by both: lower is better. The difference is shadow - live, outcome by outcome. */
export interface Comparison {
  live: Estimate
  shadow: Estimate
  difference: Estimate
}

/** Outcomes of one LLM, by how much the log loss of the shadow is higher. */
export interface LlmOutcomes {
  llm: string
  outcomes: number
  live: number
  shadow: number
  standardError: number
}

export interface ComparedOutcomes {
  outcomes: number
  measures: Record<Measure, Comparison>
  /** The most outcomes first. */
  llms: LlmOutcomes[]
}

/** @returns undefined without two outcomes, of which no interval can be made. */
export function compareOutcomes(tally: Pick<ShadowTally, 'outcomes'>): ComparedOutcomes | undefined {
  const { outcomes } = tally
  const n = outcomes.length
  if (n < 2) return undefined
  const score = Float64Array.from(outcomes, (outcome) => outcome.score)
  const prompt = Int32Array.from(score.keys())
  const of = (key: 'p_live' | 'p_shadow') => {
    const prediction = Float64Array.from(outcomes, (outcome) => outcome[key])
    return { prompts: n, prompt, score, prediction }
  }
  const [live, shadow] = [of('p_live'), of('p_shadow')]
  const compare = (measure: Measure): Comparison => {
    const statistic = MEASURES[measure]
    const [first, second] = bootstrap([statistic(live), statistic(shadow)], n, { seed: 1 })
    const gain = first && second && difference(second, first)
    if (first === undefined || second === undefined || gain === undefined)
      throw new RangeError(`expected a value of ${measure} for ${n} outcomes, got none`)
    const plain = ({ value, low, high }: Estimate) => ({ value, low, high })
    return { live: plain(first), shadow: plain(second), difference: gain }
  }
  return {
    outcomes: n,
    measures: {
      log_loss: compare('log_loss'),
      brier: compare('brier'),
      calibration_error: compare('calibration_error'),
    },
    llms: [...new Set(outcomes.map(({ llm }) => llm))]
      .map((llm) => ofLlm(llm, outcomes))
      .sort((a, b) => b.outcomes - a.outcomes),
  }
}

function ofLlm(llm: string, all: ShadowTally['outcomes']): LlmOutcomes {
  const outcomes = all.filter((outcome) => outcome.llm === llm)
  const lossesOf = (key: 'p_live' | 'p_shadow') =>
    outcomes.map((outcome) => crossEntropy(outcome[key], outcome.score))
  const [live, shadow] = [lossesOf('p_live'), lossesOf('p_shadow')]
  const { standardError } = meanWithError(shadow.map((loss, i) => loss - at(live, i)))
  return { llm, outcomes: outcomes.length, live: mean(live), shadow: mean(shadow), standardError }
}
