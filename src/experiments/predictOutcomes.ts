import { leveled } from '../calibration/level.js'
import { probabilityOf } from '../calibration/probability.js'
import type { LogitScale } from '../calibration/probability.js'
import type { FeatureSpec } from '../card.js'
import type { ScoredOutcomes } from '../metrics/scoredOutcomes.js'
import { at } from '../numeric/at.js'
import { promptIndex, rowsByName } from '../numeric/indices.js'
import { gatherRows, rowOf } from '../numeric/matrix.js'
import type { Matrix } from '../numeric/matrix.js'
import { llmOf } from '../outcomes/outcomes.js'
import type { JudgedData } from '../outcomes/outcomes.js'
import { fitCalibration } from '../train/calibration/platt.js'
import { joinFeatures } from '../train/data/prepareData.js'
import { withLlm } from '../train/export/llmRows.js'
import { logitGrid } from '../train/logitGrid.js'
import type { Predictor } from '../train/trainModel.js'

/** Judged data with the embeddings [P, E] of its prompts. */
export interface EmbeddedData {
  data: JudgedData
  embeddings: Matrix
}

export interface PredictedOutcomes extends ScoredOutcomes {
  /** [N] name of the LLM of each outcome. */
  llm: string[]
}

interface Besides {
  /** Rows of LLMs that the network does not know, by name. */
  newRows?: ReadonlyMap<string, Float32Array>
  /** [P] of the logits of each chosen prompt; 1 if left out. */
  factors?: readonly number[]
}

/** The scale of a predictor's logits; margins are made probabilities as well, to have a log loss. */
export function scaleOf({ calibration, devLogits, prepared }: Predictor): LogitScale {
  return calibration ?? fitCalibration(devLogits, prepared.dev.target)
}

/**
 * What is predicted for the outcomes of some prompts, of the LLMs that are known.
 * @param chosen [P] prompts, ascending; the outcomes number them 0, 1, …
 */
export function predictOutcomes(
  predictor: Predictor,
  embedded: EmbeddedData,
  chosen: Int32Array,
  besides: Besides = {},
): PredictedOutcomes {
  return predictWith(probabilitiesOf(predictor, embedded, chosen, besides), embedded.data, chosen)
}

/**
 * The same for any prediction.
 * @param predict of an LLM, by its name, and the place of a prompt among the chosen ones; undefined if the LLM is not known
 */
export function predictWith(
  predict: (llm: string, position: number) => number | undefined,
  { outcomes }: JudgedData,
  chosen: Int32Array,
): PredictedOutcomes {
  const positions = new Map(Array.from(chosen, (p, position) => [promptIndex(p), position]))
  const predicted = Array.from(outcomes.prompt).flatMap((p, i) => {
    const prompt = positions.get(promptIndex(p))
    const llm = llmOf(outcomes, i)
    const prediction = prompt === undefined ? undefined : predict(llm, prompt)
    if (prompt === undefined || prediction === undefined) return []
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

function probabilitiesOf(
  predictor: Predictor,
  embedded: EmbeddedData,
  chosen: Int32Array,
  { newRows = new Map(), factors }: Besides,
): (llm: string, position: number) => number | undefined {
  const { prepared } = predictor
  const network = [...newRows.values()].reduce(withLlm, predictor.network)
  const columns = rowsByName([...prepared.llms, ...newRows.keys()])
  const scale = scaleOf(predictor)
  const grid = logitGrid(network, inputsOf(embedded, chosen, prepared.features))
  return (llm, position) => {
    const column = columns.get(llm)
    if (column === undefined) return undefined
    const probability = probabilityOf(at(rowOf(grid, position), column), scale)
    return factors === undefined ? probability : leveled(probability, at(factors, position))
  }
}

/** The outcomes that `isChosen` says yes to; all prompts stay. */
export function choosePredicted(
  { prompts, prompt, llm, score, prediction }: PredictedOutcomes,
  isChosen: (i: number) => boolean,
): PredictedOutcomes {
  const chosen = (_: unknown, i: number) => isChosen(i)
  return {
    prompts,
    prompt: prompt.filter(chosen),
    llm: llm.filter(chosen),
    score: score.filter(chosen),
    prediction: prediction.filter(chosen),
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
