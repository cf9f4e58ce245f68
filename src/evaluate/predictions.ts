import { z } from 'zod'

import { at, valueAt } from '../numeric/at.js'
import { openRows } from '../lines/records.js'
import { llmOf, promptOf } from '../outcomes/outcomes.js'
import type { Outcomes } from '../outcomes/outcomes.js'
import { parseRow } from '../validation.js'
import { byLlm } from '../outcomes/outcomeRow.js'

const probability = z
  .number()
  .refine((value) => value >= 0 && value <= 1, 'expected a probability from 0 to 1')

const predictionRow = z.object({
  prompt: z.string(),
  /** LLM -> probability of success */
  scores: byLlm(probability),
})

/** Prompt by prompt, what is asked for: LLM -> score for each prompt of the call. */
export type ScorePrompts = (
  llms: readonly string[],
  prompts: readonly string[],
) => Promise<ReadonlyMap<string, Float32Array>>

/** Prompts per call, as a client with many would send them. */
const PROMPTS_PER_CALL = 256

/** What a model says of outcomes, and which LLMs it would choose. */
export interface ModelPredictions {
  /** [N] */
  predictions: Float64Array
  /** [P] the LLM with the highest score on each prompt, of all that the model knows. */
  choices: string[]
}

/**
 * What a model predicts for every outcome; each prompt is scored for all of `llms` at once.
 * @param llms those the model knows, among them every LLM with an outcome
 */
export async function predictWith(
  score: ScorePrompts,
  outcomes: Outcomes,
  llms: readonly string[],
  onProgress?: (done: number, total: number) => void,
): Promise<ModelPredictions> {
  const predictions = new Float64Array(outcomes.score.length)
  const choices: string[] = []
  const P = outcomes.prompts.length
  let i = 0
  for (let from = 0; from < P; from += PROMPTS_PER_CALL) {
    const chunk = outcomes.prompts.slice(from, from + PROMPTS_PER_CALL)
    const scores = await score(
      llms,
      chunk.map(({ text }) => text),
    )
    choices.push(...chunk.map((_, p) => highest(scores, llms, p)))
    for (; i < predictions.length; i++) {
      const p = at(outcomes.prompt, i) - from
      if (p >= chunk.length) break
      predictions[i] = at(valueAt(scores, llmOf(outcomes, i)), p)
    }
    onProgress?.(Math.min(P, from + PROMPTS_PER_CALL), P)
  }
  return { predictions, choices }
}

function highest(scores: ReadonlyMap<string, Float32Array>, llms: readonly string[], p: number): string {
  const scoreOf = (llm: string) => at(valueAt(scores, llm), p)
  return llms.reduce((best, llm) => (scoreOf(llm) > scoreOf(best) ? llm : best))
}

/** Stands for an outcome that a file does not predict; `isPredicted` tells. */
const NOT_PREDICTED = NaN

export function isPredicted(prediction: number): boolean {
  return !Number.isNaN(prediction)
}

/**
 * What another system predicts, from a file of JSON lines `{"prompt", "scores": {llm: probability}}` (or the same with
 * `.gz`). Rows of other prompts and other LLMs are skipped; of a prompt that comes twice the last row counts.
 * @returns [N], of which some may not be predicted: `isPredicted`
 * @throws LLimitError INVALID_FILE, naming file, line and field.
 */
export async function readPredictions(file: string, outcomes: Outcomes): Promise<Float64Array> {
  const predictions = new Float64Array(outcomes.score.length).fill(NOT_PREDICTED)
  const byPrompt = new Map<string, number[]>()
  for (const i of outcomes.prompt.keys()) {
    const { text } = promptOf(outcomes, i)
    const places = byPrompt.get(text)
    if (places === undefined) byPrompt.set(text, [i])
    else places.push(i)
  }
  for await (const row of openRows(file).rows('json')) {
    const { prompt, scores } = parseRow(predictionRow, row)
    for (const i of byPrompt.get(prompt) ?? []) {
      predictions[i] = scores[llmOf(outcomes, i)] ?? NOT_PREDICTED
    }
  }
  return predictions
}
