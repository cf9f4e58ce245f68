import { z } from 'zod'

import { LLimitError, messageOf } from '../errors.js'
import { openFile } from '../outcomes/fileStream.js'
import type { Outcomes } from '../outcomes/outcomes.js'
import { byLlm } from '../outcomes/outcomeRow.js'
import { parseJson, parseRow } from '../outcomes/parseRow.js'
import { readLines } from '../outcomes/readLines.js'

const probability = z.number().refine((value) => value >= 0 && value <= 1, 'a probability must lie in [0, 1]')

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

/**
 * What a model predicts for every outcome; each prompt is scored for all of `llms` at once.
 * @param llms those the model knows, among them every LLM with an outcome
 * @returns [N]
 */
export async function predictWith(
  score: ScorePrompts,
  outcomes: Outcomes,
  llms: readonly string[],
  onProgress?: (done: number, total: number) => void,
): Promise<Float64Array> {
  const predictions = new Float64Array(outcomes.score.length).fill(NaN)
  const P = outcomes.prompts.length
  let i = 0
  for (let from = 0; from < P; from += PROMPTS_PER_CALL) {
    const chunk = outcomes.prompts.slice(from, from + PROMPTS_PER_CALL)
    const scores = await score(
      llms,
      chunk.map(({ text }) => text),
    )
    for (; i < predictions.length; i++) {
      const p = (outcomes.prompt[i] ?? 0) - from
      if (p >= chunk.length) break
      predictions[i] = scores.get(outcomes.llms[outcomes.llm[i] ?? -1] ?? '')?.[p] ?? NaN
    }
    onProgress?.(Math.min(P, from + PROMPTS_PER_CALL), P)
  }
  return predictions
}

/**
 * What another system predicts, from a file of JSON lines `{"prompt", "scores": {llm: probability}}` (or the same with
 * `.gz`). Rows of other prompts and other LLMs are passed over; of a prompt that comes twice the last row counts.
 * @returns [N], NaN for an outcome that the file does not predict.
 * @throws LLimitError INVALID_REQUEST, naming file, line and field.
 */
export async function readPredictions(file: string, outcomes: Outcomes): Promise<Float64Array> {
  const predictions = new Float64Array(outcomes.score.length).fill(NaN)
  const ofPrompt = new Map<string, number[]>()
  outcomes.prompt.forEach((p, i) => {
    const text = outcomes.prompts[p]?.text ?? ''
    const list = ofPrompt.get(text)
    if (list === undefined) ofPrompt.set(text, [i])
    else list.push(i)
  })
  try {
    for await (const { text, number } of readLines(openFile(file).content, file)) {
      const { prompt, scores } = predictionOf(text, `${file}, line ${number}`)
      for (const i of ofPrompt.get(prompt) ?? []) {
        predictions[i] = scores[outcomes.llms[outcomes.llm[i] ?? -1] ?? ''] ?? NaN
      }
    }
  } catch (cause) {
    if (cause instanceof LLimitError) throw cause
    throw new LLimitError('INVALID_REQUEST', `${file} cannot be read: ${messageOf(cause)}`, { cause })
  }
  return predictions
}

function predictionOf(text: string, where: string): z.infer<typeof predictionRow> {
  return parseRow(predictionRow, parseJson(text, where), where)
}
