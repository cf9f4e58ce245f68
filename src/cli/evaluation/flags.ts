import { z } from 'zod'

import { files, flag, seed, settingFlags } from '../commandLine/flags.js'
import { REPORT } from '../reporting/writePage.js'

/** Two LLMs to route between, if there are any. */
interface Pair {
  strong?: string | undefined
  weak?: string | undefined
}

/** What `refine` takes for flags with a pair. */
export const WHOLE_PAIR = [
  ({ strong, weak }: Pair) => (strong === undefined) === (weak === undefined),
  '--strong and --weak go together',
] as const
export const TWO_LLMS = [
  ({ strong, weak }: Pair) => strong === undefined || strong !== weak,
  '--strong and --weak: expected two LLMs, got the same one',
] as const

export const flags = z
  .object({
    model: flag(z.string().optional(), 'model', 'the saved model, such as dense_network/my-model'),
    outcomes: flag(files(), 'file', 'outcomes (.jsonl, .jsonl.gz), read as one body of data'),
    split: flag(z.string().default('dev'), 'name', 'the prompts to measure on'),
    trainSplit: flag(z.string().default('train'), 'name', 'the prompts that baselines are fitted on'),
    predictions: flag(
      files().default([]),
      'file',
      'JSON lines {"prompt", "scores": {llm: probability}} of any other system; alone without --model',
    ),
    strong: flag(z.string().optional(), 'llm', 'the better LLM of two to route between'),
    weak: flag(z.string().optional(), 'llm', 'the cheaper one'),
    noBaselines: flag(z.boolean().default(false), '', 'only the model and the predictions'),
    noLogistic: flag(
      z.boolean().default(false),
      '',
      'without the logistic regressions, the slowest baseline',
    ),
    out: flag(z.string().optional(), 'folder', 'write evaluation.json and charts there'),
    report: flag(z.string().min(1).optional(), 'file', REPORT),
    seed: flag(seed(), 'integer', 'of the bootstrap: the same seed gives the same intervals'),
    ...settingFlags('savedModels', 'prices', 'engine', 'precision', 'cacheDir'),
  })
  .refine(
    ({ model, predictions }) => model !== undefined || predictions.length > 0,
    '--model or --predictions is missing',
  )
  .refine(...WHOLE_PAIR)
  .refine(...TWO_LLMS)
  .refine(
    ({ split, trainSplit }) => split !== trainSplit,
    '--split and --train-split are the same: baselines would be measured on what they were fitted on',
  )

export type EvaluateOptions = z.output<typeof flags>

export function pairOf({ strong, weak }: Pair): { strong: string; weak: string } | undefined {
  return strong === undefined || weak === undefined ? undefined : { strong, weak }
}
