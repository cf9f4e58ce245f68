import { parseArgs } from 'node:util'

import { LLimitError, quote } from '../../errors.js'

export const USAGE = `npm run evaluate -- --model dense_network/<name> --outcomes <file>... [--split dev] [--train-split train]
  [--predictions <file>...] [--strong <llm> --weak <llm>] [--no-baselines] [--no-logistic] [--out <folder>] [--seed 1]

Measures a saved model, through the code that serves it, on the prompts of one split of the outcomes (.jsonl or .jsonl.gz),
beside baselines from another split. --predictions: rows {"prompt", "scores": {llm: probability}} of any other system,
measured beside the model, or without --model alone. --strong and --weak: routing between these two. --out: writes
evaluation.json and charts.`

export interface EvaluateOptions {
  model?: string
  outcomes: string[]
  predictions: string[]
  split: string
  trainSplit: string
  pair?: { strong: string; weak: string }
  baselines: boolean
  logistic: boolean
  out?: string
  seed: number
}

/** @throws LLimitError INVALID_REQUEST, naming the flag. */
export function parseOptions(args: readonly string[]): EvaluateOptions {
  const { values, positionals } = parseArgs({
    args: [...args],
    // `--outcomes a b` leaves b among the positionals.
    allowPositionals: true,
    options: {
      model: { type: 'string' },
      outcomes: { type: 'string', multiple: true, default: [] },
      predictions: { type: 'string', multiple: true, default: [] },
      split: { type: 'string', default: 'dev' },
      'train-split': { type: 'string', default: 'train' },
      strong: { type: 'string' },
      weak: { type: 'string' },
      'no-baselines': { type: 'boolean', default: false },
      'no-logistic': { type: 'boolean', default: false },
      out: { type: 'string' },
      seed: { type: 'string', default: '1' },
    },
  })
  const { model, outcomes, predictions, split, strong, weak, out } = values
  if (outcomes.length === 0) throw refused('--outcomes is missing')
  if (model === undefined && predictions.length === 0) throw refused('--model or --predictions is missing')
  if ((strong === undefined) !== (weak === undefined)) throw refused('--strong and --weak go together')
  if (split === values['train-split']) {
    throw refused(
      `--split and --train-split are both "${split}": baselines would be measured on what they were fitted on`,
    )
  }
  if (strong !== undefined && strong === weak) {
    throw refused(`--strong and --weak must be two LLMs; both are ${quote(strong)}`)
  }
  const seed = Number(values.seed)
  if (!Number.isInteger(seed)) throw refused(`--seed must be a whole number; it is ${values.seed}`)
  return {
    ...(model === undefined ? {} : { model }),
    outcomes: [...outcomes, ...positionals],
    predictions,
    split,
    trainSplit: values['train-split'],
    ...(strong === undefined || weak === undefined ? {} : { pair: { strong, weak } }),
    baselines: !values['no-baselines'],
    logistic: !values['no-logistic'],
    ...(out === undefined ? {} : { out }),
    seed,
  }
}

function refused(message: string): LLimitError {
  return new LLimitError('INVALID_REQUEST', message)
}
