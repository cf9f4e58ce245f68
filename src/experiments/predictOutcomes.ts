import { probabilityOf } from '../calibration/probability.js'
import type { LogitScale } from '../calibration/probability.js'
import type { FeatureSpec } from '../card.js'
import type { ScoredOutcomes } from '../metrics/scoredOutcomes.js'
import { at, valueAt } from '../numeric/at.js'
import { promptIndex } from '../numeric/indices.js'
import { gatherRows, rowOf } from '../numeric/matrix.js'
import type { Matrix } from '../numeric/matrix.js'
import type { JudgedData } from '../outcomes/outcomes.js'
import { fitCalibration } from '../train/calibration/platt.js'
import { joinFeatures } from '../train/data/prepareData.js'
import { logitsOfRow } from '../train/newLlm/fitRow.js'
import { llmRows } from '../train/export/llmRows.js'
import type { Predictor } from '../train/trainModel.js'

/** Judged data with the embeddings [P, E] of its prompts. */
export interface EmbeddedData {
  data: JudgedData
  embeddings: Matrix
}

interface PredictedOutcomes extends ScoredOutcomes {
  /** [N] name of the LLM of each outcome. */
  llm: string[]
}

/** The scale of a predictor's logits; margins are made probabilities as well, to have a log loss. */
export function scaleOf({ calibration, devLogits, prepared }: Predictor): LogitScale {
  return calibration ?? fitCalibration(devLogits, prepared.dev.target)
}

/**
 * The probabilities that a network gives the outcomes of some prompts, of the LLMs that it knows.
 * @param chosen [P] prompts, ascending; the outcomes number them 0, 1, …
 * @param newRows rows of LLMs that the network does not know, by name
 */
export function predictOutcomes(
  predictor: Predictor,
  embedded: EmbeddedData,
  chosen: Int32Array,
  newRows: ReadonlyMap<string, Float32Array> = new Map(),
): PredictedOutcomes {
  const { network, prepared } = predictor
  const { outcomes } = embedded.data
  const scale = scaleOf(predictor)
  const inputs = inputsOf(embedded, chosen, prepared.features)
  const rows = llmRows(network)
  const known = prepared.llms.map((name, m) => [name, rowOf(rows, m)] as const)
  const logits = new Map(
    [...known, ...newRows].map(([name, row]) => [name, logitsOfRow(network, row, inputs)]),
  )
  const positions = new Map(Array.from(chosen, (p, position) => [promptIndex(p), position]))
  const predicted = Array.from(outcomes.prompt).flatMap((p, i) => {
    const prompt = positions.get(promptIndex(p))
    const llm = at(outcomes.llms, at(outcomes.llm, i))
    if (prompt === undefined || !logits.has(llm)) return []
    const prediction = probabilityOf(at(valueAt(logits, llm), prompt), scale)
    return [{ prompt, llm, score: at(outcomes.score, i), prediction }]
  })
  return {
    prompts: chosen.length,
    prompt: Int32Array.from(predicted, ({ prompt }) => prompt),
    llm: predicted.map(({ llm }) => llm),
    score: Float32Array.from(predicted, ({ score }) => score),
    prediction: Float64Array.from(predicted, ({ prediction }) => prediction),
  }
}

/** [n, E + F] of some prompts. */
export function inputsOf(
  { data, embeddings }: EmbeddedData,
  prompts: Int32Array,
  features: FeatureSpec,
): Matrix {
  const texts = Array.from(prompts, (p) => at(data.outcomes.prompts, p).text)
  return joinFeatures(gatherRows(embeddings, prompts), texts, features)
}
