import type { JudgedData } from '../outcomes/outcomes.js'
import { filterLlms } from '../outcomes/filterLlms.js'
import { fitNewLlm } from '../train/newLlm/fitRow.js'
import { fitRowPrior } from '../train/newLlm/prior.js'
import { createRandom, permutation } from '../numeric/random.js'
import type { Recipe } from '../train/recipe.js'
import { llmRows } from '../train/components/exportWeights.js'
import { inputsOf, predictOutcomes } from './predict.js'
import type { Predicted } from './predict.js'
import { trainedOn } from './trainPredictor.js'

export interface NewLlmResult {
  /** Outcomes that each new LLM was fitted to. */
  size: number
  /** Of the new LLMs' outcomes on the dev split. */
  logLoss: number
  /** Share of the pairs of a new and a known LLM on one prompt of the dev split that are in the right order. */
  pairs: number
}

/**
 * How well LLMs are predicted that the network was trained without and that were added from a few outcomes each, drawn from the
 * training split.
 * @param count LLMs to leave out, at equal steps through the sorted names
 */
export async function leaveLlmsOut(
  data: JudgedData,
  embeddings: Float32Array,
  recipe: Recipe,
  seed: number,
  count: number,
  sizes: readonly number[],
): Promise<NewLlmResult[]> {
  const { llms, prompts } = data.outcomes
  const left = llms.filter(
    (_, m) => Math.floor((m * count) / llms.length) !== Math.floor(((m - 1) * count) / llms.length),
  )
  const known = new Set(llms.filter((name) => !left.includes(name)))
  const trained = await trainedOn(filterLlms(data, known), embeddings, recipe, seed)
  const prior = fitRowPrior(llmRows(trained.network))
  const dev = Int32Array.from(prompts.flatMap(({ split }, p) => (split === 'dev' ? [p] : [])))
  const random = createRandom(seed)
  const drawn = new Map(left.map((name) => [name, drawOutcomes(data, name, random)]))
  return sizes.map((size) => {
    const rows = new Map(
      [...drawn].map(([name, all]) => {
        const own = all.subarray(0, size)
        const outcomes = {
          inputs: inputsOf(
            data.outcomes,
            embeddings,
            own.map((i) => data.outcomes.prompt[i] ?? 0),
            trained.features,
          ),
          target: Float32Array.from(own, (i) => data.outcomes.score[i] ?? NaN),
        }
        return [name, fitNewLlm(trained.network, trained.calibration, prior, outcomes)]
      }),
    )
    const predicted = predictOutcomes(trained, data, embeddings, dev, rows)
    const isNew = (i: number) => rows.has(llms[predicted.llm[i] ?? -1] ?? '')
    return { size, logLoss: logLossWhere(predicted, isNew), pairs: pairsBetween(predicted, isNew) }
  })
}

/** Outcomes of an LLM on training prompts, in an order drawn at random. */
function drawOutcomes({ outcomes }: JudgedData, name: string, random: () => number): Int32Array {
  const row = outcomes.llms.indexOf(name)
  const own = Array.from(outcomes.llm.keys()).filter(
    (i) => outcomes.llm[i] === row && outcomes.prompts[outcomes.prompt[i] ?? -1]?.split === 'train',
  )
  return permutation(own.length, random).map((i) => own[i] ?? 0)
}

function logLossWhere(
  { outcomes: { score, prediction } }: Predicted,
  chosen: (i: number) => boolean,
): number {
  let [sum, n] = [0, 0]
  score.forEach((y, i) => {
    if (!chosen(i)) return
    const p = prediction[i] ?? NaN
    sum -= y * Math.log(p) + (1 - y) * Math.log(1 - p)
    n++
  })
  return sum / n
}

function pairsBetween(
  { outcomes: { prompt, score, prediction } }: Predicted,
  isNew: (i: number) => boolean,
): number {
  let [right, n] = [0, 0]
  for (let start = 0; start < prompt.length;) {
    let end = start
    while (end < prompt.length && prompt[end] === prompt[start]) end++
    for (let i = start; i < end; i++) {
      if (!isNew(i)) continue
      for (let j = start; j < end; j++) {
        const difference = (score[i] ?? NaN) - (score[j] ?? NaN)
        if (isNew(j) || difference === 0) continue
        const guess = (prediction[i] ?? NaN) - (prediction[j] ?? NaN)
        right += guess === 0 ? 0.5 : guess > 0 === difference > 0 ? 1 : 0
        n++
      }
    }
    start = end
  }
  return right / n
}
