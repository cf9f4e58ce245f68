import type { ScoredOutcomes } from '../metrics/scoredOutcomes.js'
import type { JudgedData } from '../outcomes/outcomes.js'
import { probabilityOf } from '../calibration/probability.js'
import { logitsOfRow } from '../train/newLlm/fitRow.js'
import { joinFeatures } from '../train/data/prepare.js'
import { llmRows } from '../train/components/exportWeights.js'
import type { Predictor } from './trainPredictor.js'

export interface Predicted {
  outcomes: ScoredOutcomes
  /** [n] LLM of each outcome, a row of the data. */
  llm: Int32Array
}

/**
 * The probabilities that a network gives the outcomes of some prompts.
 * @param chosen [P] prompts, ascending; they are numbered anew
 * @param extra rows of LLMs that the network does not know, by name
 */
export function predictOutcomes(
  { network, calibration, features, llms }: Predictor,
  { outcomes }: JudgedData,
  embeddings: Float32Array,
  chosen: Int32Array,
  extra: ReadonlyMap<string, Float32Array> = new Map(),
): Predicted {
  const inputs = inputsOf(outcomes, embeddings, chosen, features)
  const rows = llmRows(network)
  const known = llms.map((name, m): [string, Float32Array] => [
    name,
    rows.data.subarray(m * rows.columns, (m + 1) * rows.columns),
  ])
  const logits = new Map([...known, ...extra].map(([name, row]) => [name, logitsOfRow(network, row, inputs)]))
  const position = new Map(Array.from(chosen, (p, i) => [p, i]))
  const kept = Array.from(outcomes.prompt.keys()).filter(
    (i) => position.has(outcomes.prompt[i] ?? -1) && logits.has(outcomes.llms[outcomes.llm[i] ?? -1] ?? ''),
  )
  const prompt = Int32Array.from(kept, (i) => position.get(outcomes.prompt[i] ?? -1) ?? -1)
  return {
    outcomes: {
      prompts: chosen.length,
      prompt,
      score: Float32Array.from(kept, (i) => outcomes.score[i] ?? NaN),
      prediction: Float64Array.from(kept, (i, at) => {
        const name = outcomes.llms[outcomes.llm[i] ?? -1] ?? ''
        return probabilityOf(logits.get(name)?.[prompt[at] ?? -1] ?? NaN, calibration)
      }),
    },
    llm: Int32Array.from(kept, (i) => outcomes.llm[i] ?? -1),
  }
}

/** [P, E + F] */
export function inputsOf(
  { prompts }: JudgedData['outcomes'],
  embeddings: Float32Array,
  chosen: Int32Array,
  features: Predictor['features'],
): Float32Array {
  const E = embeddings.length / prompts.length
  const own = new Float32Array(chosen.length * E)
  chosen.forEach((p, i) => own.set(embeddings.subarray(p * E, (p + 1) * E), i * E))
  return joinFeatures(
    own,
    Array.from(chosen, (p) => prompts[p]?.text ?? ''),
    features,
  )
}
