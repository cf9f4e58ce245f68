import path from 'node:path'

import { LLimitError } from '../../errors.js'
import { validatePair } from '../../evaluate/evaluatePair.js'
import { isPredicted, predictWith, readPredictions } from '../../evaluate/predictions.js'
import { selectOutcomes } from '../../evaluate/selectOutcomes.js'
import { restrict } from '../../evaluate/system.js'
import type { PredictingSystem, System } from '../../evaluate/system.js'
import { at } from '../../numeric/at.js'
import { llmOf } from '../../outcomes/outcomes.js'
import type { Outcomes } from '../../outcomes/outcomes.js'
import { BATCH_SIZE } from '../../selection/requests.js'
import type { SelectionService } from '../../selection/service.js'
import type { Service } from '../../wiring.js'
import { listOf } from '../../outcomes/reportLines.js'
import type { Terminal } from '../commandLine/terminal.js'
import type { EvaluateOptions } from './flags.js'
import { pairOf } from './flags.js'

const MARGIN_NOTE = 'gives no probabilities: its margin s in [-1, 1] is read as (s + 1) / 2'

/** The outcomes that everything can be measured on, and remarks about those that were excluded. */
export interface Candidates {
  outcomes: Outcomes
  systems: System[]
  /** [P] the LLM that the model would choose for each prompt of the outcomes, of all that it knows; absent without a model. */
  choices?: readonly string[]
  remarks: string[]
}

/** The model first, then the files, all on the outcomes that each of them can predict. */
export async function candidatesOf(
  { selection }: Service,
  all: Outcomes,
  options: EvaluateOptions,
  terminal: Terminal,
): Promise<Candidates> {
  const { model, predictions } = options
  const known =
    model === undefined
      ? { outcomes: all, remarks: [] }
      : ofKnownLlms(all, model, (await selection.describeModel(model)).llms)
  const { outcomes, systems, remarks } = await fromFiles(known.outcomes, predictions)
  const pair = pairOf(options)
  if (pair !== undefined) validatePair(outcomes, pair)
  const common = { outcomes, remarks: [...known.remarks, ...remarks] }
  if (model === undefined) return { ...common, systems }
  const { system, choices } = await fromModel(selection, model, outcomes, terminal)
  return { ...common, systems: [system, ...systems], choices }
}

/** Without outcomes of LLMs that a model does not know. */
export function ofKnownLlms(
  all: Outcomes,
  model: string,
  known: readonly string[],
): Omit<Candidates, 'systems' | 'choices'> {
  const isKnown = all.llms.map((llm) => known.includes(llm))
  const { outcomes } = selectOutcomes(all, (i) => at(isKnown, at(all.llm, i)))
  const judged = new Set(all.llm)
  const unknown = all.llms.filter((_, m) => judged.has(m) && isKnown[m] !== true)
  if (outcomes.score.length === 0) {
    throw new LLimitError('INVALID_FILE', `${model} knows none of the ${unknown.length} LLMs of the outcomes`)
  }
  const left = all.score.length - outcomes.score.length
  const remarks =
    unknown.length > 0
      ? [
          `excluded: ${left} outcomes of ${unknown.length} LLMs that ${model} does not know: ${listOf(unknown)}`,
        ]
      : []
  return { outcomes, remarks }
}

/** Systems from files, on the outcomes that all of them predict. */
export async function fromFiles(all: Outcomes, files: readonly string[]): Promise<Candidates> {
  const found: PredictingSystem[] = []
  for (const file of files) {
    const name = path.basename(file).replace(/\.jsonl(\.gz)?$/, '')
    found.push({ type: 'predictor', name, predictions: await readPredictions(file, all) })
  }
  const lacks = ({ predictions }: PredictingSystem, i: number) => !isPredicted(at(predictions, i))
  const { outcomes, places } = selectOutcomes(all, (i) => !found.some((system) => lacks(system, i)))
  const remarks = found.flatMap((system) => {
    const missing = Array.from(all.llm.keys()).filter((i) => lacks(system, i))
    if (missing.length === 0) return []
    const llms = new Set(missing.map((i) => llmOf(all, i)))
    return [
      `excluded: ${missing.length} outcomes that ${system.name} does not predict, of ${listOf([...llms])}`,
    ]
  })
  if (outcomes.score.length === 0) {
    throw new LLimitError('INVALID_FILE', `no outcome is predicted by every file of --predictions`)
  }
  return { outcomes, systems: found.map((system) => restrict(system, places)), remarks }
}

/** The saved model, by the code that serves. */
export async function fromModel(
  selection: SelectionService,
  model: string,
  outcomes: Outcomes,
  terminal: Terminal,
): Promise<{ system: System; choices: readonly string[] }> {
  const { card } = await selection.describeModel(model)
  const { predictions: scores, choices } = await terminal.progress('model', (onProgress) =>
    predictWith(
      async (llms, prompts) =>
        (await selection.infer({ model, llms, prompts, batchSize: BATCH_SIZE.default })).scores,
      outcomes,
      card.llms,
      onProgress,
    ),
  )
  if (card.output === 'probability') {
    return { system: { type: 'predictor', name: model, predictions: scores }, choices }
  }
  const predictions = scores.map((margin) => (margin + 1) / 2)
  return { system: { type: 'predictor', name: model, predictions, note: MARGIN_NOTE }, choices }
}
