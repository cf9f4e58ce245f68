import { levelFactor } from '../../calibration/level.js'
import { logitOf, scaledLogits } from '../../calibration/probability.js'
import type { Placement } from '../../calibration/regions.js'
import type { Card } from '../../card.js'
import type { Report } from '../../feedback/report.js'
import { at, valueAt } from '../../numeric/at.js'
import { rowsByName } from '../../numeric/indices.js'
import type { LlmRow } from '../../numeric/indices.js'
import { rowOf, stackRows } from '../../numeric/matrix.js'
import type { DenseNetworkWeights } from '../../scorer/networkWeights.js'
import { llmRows } from '../export/llmRows.js'
import { logitsOfRow } from '../newLlm/fitRow.js'
import type { LevelOutcomes } from './fitLevel.js'
import { foldOf } from './heldOutGain.js'

/** Prompts whose shares of all classes are in memory at once. */
const CHUNK = 4096

/** What was reported of one LLM. */
export interface LlmReports {
  llm: string
  row: LlmRow
  reports: readonly Report[]
  /** [n] of their prompts */
  places: readonly Placement[]
  outcomes: LevelOutcomes
  /** [n] parts of the outcomes that are held out together. */
  folds: readonly number[]
}

interface Served {
  /** As reports name it. */
  model: string
  card: Card
  network: DenseNetworkWeights
}

/**
 * What the saved model says now of the prompts of reports, LLM by LLM in its order. A TensorFlow.js backend must have been
 * started.
 * @param places [n] of the prompts of the reports
 * @returns those with at least `least` outcomes.
 */
export function reportsByLlm(
  served: Served,
  reports: readonly Report[],
  places: readonly Placement[],
  least: number,
): LlmReports[] {
  const byLlm = new Map<string, number[]>(served.card.llms.map((llm) => [llm, []]))
  for (const [i, { llm }] of reports.entries()) valueAt(byLlm, llm).push(i)
  const rowOfName = rowsByName(served.card.llms)
  const rows = llmRows(served.network)
  return [...byLlm]
    .filter(([, own]) => own.length >= least)
    .map(([llm, own]) => {
      const ofLlm = own.map((i) => at(reports, i))
      const placesOfLlm = own.map((i) => at(places, i))
      const row = valueAt(rowOfName, llm)
      return {
        llm,
        row,
        reports: ofLlm,
        places: placesOfLlm,
        outcomes: outcomesOf(served, rowOf(rows, row), ofLlm, placesOfLlm),
        folds: ofLlm.map(({ id }) => foldOf(id)),
      }
    })
}

/** @param row [W] of the LLM, as `llmRows` has it */
function outcomesOf(
  { model, card, network }: Served,
  row: Float32Array,
  reports: readonly Report[],
  places: readonly Placement[],
): LevelOutcomes {
  const level = card.evidence?.level
  const factors = Float64Array.from(places, ({ familiarity }) =>
    level === undefined ? 1 : levelFactor(familiarity, level),
  )
  const logits = new Float64Array(reports.length)
  for (let start = 0; start < reports.length; start += CHUNK) {
    const inputs = reports
      .slice(start, start + CHUNK)
      .map(({ embedding, features }) => Float32Array.of(...embedding, ...features))
    const width = network.embedding + network.features
    logits.set(scaledLogits(logitsOfRow(network, row, stackRows(inputs, width)), card.calibration), start)
  }
  const moved = Float64Array.from(reports, (report, i) =>
    report.model === model ? at(logits, i) - logitOf(report.probability) / at(factors, i) : 0,
  )
  return { logits, factors, scores: Float64Array.from(reports, ({ score }) => score), moved }
}
