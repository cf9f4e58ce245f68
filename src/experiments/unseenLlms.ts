import { logLoss } from '../metrics/properScores.js'
import { startsOf } from '../metrics/scoredOutcomes.js'
import type { ScoredOutcomes } from '../metrics/scoredOutcomes.js'
import { at, valueAt } from '../numeric/at.js'
import { rowsByName } from '../numeric/indices.js'
import { mean } from '../numeric/mean.js'
import { createRandom, permutation } from '../numeric/random.js'
import type { Random } from '../numeric/random.js'
import { filterLlms } from '../outcomes/filterLlms.js'
import type { Outcomes } from '../outcomes/outcomes.js'
import type { RowPrior } from '../train/calibration/rowPrior.js'
import { llmRows } from '../train/export/llmRows.js'
import { fitLlmRow } from '../train/newLlm/fitRow.js'
import { namedPriors } from '../train/newLlm/namedPriors.js'
import type { Recipe } from '../train/recipe.js'
import { trainPredictor } from '../train/trainModel.js'
import { evidenceOf } from './chosenEvidence.js'
import { choosePredicted, inputsOf, predictOutcomes, scaleOf } from './predictOutcomes.js'
import type { EmbeddedData } from './predictOutcomes.js'

export interface UnseenLlmResult {
  /** Outcomes that each unseen LLM was added from. */
  size: number
  /** With the prior of its name. */
  named: UnseenLlmMetrics
  /** With that of a name unlike all others. */
  unnamed: UnseenLlmMetrics
}

/** Of the outcomes of unseen LLMs on the dev split, the mean over draws of what they were added from. */
interface UnseenLlmMetrics {
  logLoss: number
  /** Share of the pairs of an unseen and a known LLM on one prompt that are in the right order. */
  pairs: number
}

/** Of the outcomes that an LLM is added from: by one draw, 10 of them may seem better than 20. */
const DRAWS = 4

/**
 * How well LLMs are predicted that the network was trained without and that were added from a few outcomes each, drawn from
 * the training split. A TensorFlow.js backend must have been started.
 * @param count LLMs to leave out, at equal steps through the sorted names
 * @param sizes numbers of outcomes that they are added from, one result each
 * @throws LLimitError as `trainPredictor` does.
 */
export async function evaluateUnseenLlms(
  embedded: EmbeddedData,
  recipe: Recipe,
  seed: number,
  count: number,
  sizes: readonly number[],
): Promise<UnseenLlmResult[]> {
  const { data, embeddings } = embedded
  const { llms, prompts } = data.outcomes
  const unseen = llms.filter(
    (_, m) => Math.floor((m * count) / llms.length) !== Math.floor(((m - 1) * count) / llms.length),
  )
  const known = new Set(llms.filter((name) => !unseen.includes(name)))
  const predictor = await trainPredictor({ data: filterLlms(data, known), embeddings, recipe, seed })
  const scale = scaleOf(predictor)
  const random = createRandom(seed)
  const draws = Array.from(
    { length: DRAWS },
    () => new Map(unseen.map((name) => [name, drawOutcomes(data.outcomes, name, random)])),
  )
  const dev = Int32Array.from(prompts.flatMap(({ split }, p) => (split === 'dev' ? [p] : [])))
  const evidenceFor = evidenceOf(predictor, embedded, recipe, seed)
  const { factors } = evidenceFor(dev)

  /** The row of an LLM that is added from some outcomes. */
  const rowFrom = (prior: RowPrior, outcomes: Int32Array) => {
    const chosen = outcomes.map((i) => at(data.outcomes.prompt, i))
    const inputs = inputsOf(embedded, chosen, predictor.prepared.features)
    const target = Float32Array.from(outcomes, (i) => at(data.outcomes.score, i))
    const factors = Float32Array.from(evidenceFor(chosen).factors)
    return fitLlmRow(predictor.network, scale, prior, { inputs, target, factors })
  }
  const measure = (size: number, priors: ReadonlyMap<string, RowPrior>): UnseenLlmMetrics => {
    const results = draws.slice(0, size === 0 ? 1 : DRAWS).map((drawn) => {
      const newRows = new Map(
        Array.from(priors, ([name, prior]) => [name, rowFrom(prior, valueAt(drawn, name).subarray(0, size))]),
      )
      const predicted = predictOutcomes(predictor, embedded, dev, { newRows, factors })
      const isUnseen = predicted.llm.map((name) => newRows.has(name))
      return {
        logLoss: logLoss(choosePredicted(predicted, (i) => at(isUnseen, i))),
        pairs: pairsBetween(predicted, isUnseen),
      }
    })
    return {
      logLoss: mean(results.map((one) => one.logLoss)),
      pairs: mean(results.map((one) => one.pairs)),
    }
  }
  const priorOf = namedPriors(llmRows(predictor.network), predictor.prepared.llms)
  const noName = priorOf('')
  const named = new Map(unseen.map((name) => [name, priorOf(name)]))
  const unnamed = new Map(unseen.map((name) => [name, noName]))
  return sizes.map((size) => ({ size, named: measure(size, named), unnamed: measure(size, unnamed) }))
}

/** Outcomes of an LLM on training prompts, in an order drawn at random. */
function drawOutcomes({ llms, llm, prompts, prompt }: Outcomes, name: string, random: Random): Int32Array {
  const row = valueAt(rowsByName(llms), name)
  const own = Array.from(llm.keys()).filter(
    (i) => at(llm, i) === row && at(prompts, at(prompt, i)).split === 'train',
  )
  return permutation(own.length, random).map((i) => at(own, i))
}

/** Of the pairs of an unseen and a known LLM on one prompt; equal predictions count half. */
function pairsBetween(outcomes: ScoredOutcomes, isUnseen: readonly boolean[]): number {
  const { prompt, score, prediction } = outcomes
  const starts = startsOf(outcomes)
  let [right, pairs] = [0, 0]
  prompt.forEach((p, i) => {
    if (!at(isUnseen, i)) return
    for (let j = at(starts, p); j < at(starts, p + 1); j++) {
      const difference = at(score, i) - at(score, j)
      if (at(isUnseen, j) || difference === 0) continue
      const predicted = at(prediction, i) - at(prediction, j)
      right += predicted === 0 ? 0.5 : predicted > 0 === difference > 0 ? 1 : 0
      pairs++
    }
  })
  return right / pairs
}
