import { parseArgs } from 'node:util'

import { LLimitError } from '../../errors.js'
import { isSavedModelName } from '../../savedModel/names.js'
import type { OnConflict } from '../../savedModel/destination.js'
import { readRecipe, recipeSchema } from '../../train/recipe.js'
import type { Recipe } from '../../train/recipe.js'

export const USAGE = `npm run train -- --outcomes <file>... --name <name> [--type dense_network] [--config <recipe.json>]
  [--seed 1] [--encoder all-MiniLM-L6-v2] [--out saved_models] [--replace | --new-version] [--backend wasm|tfjs-node|cpu]

Trains a saved model on outcomes (.jsonl, .jsonl.gz) and pairwise comparisons (.jsonl, .csv) and writes it as
dense_network/<name>. The config names what differs from the recipe's defaults. Prompts are embedded once (kept in
.cache); a training that was stopped goes on where it stopped when it is started again.`

export const BACKENDS = ['wasm', 'tfjs-node', 'cpu'] as const

export interface TrainOptions {
  outcomes: string[]
  name: string
  recipe: Recipe
  seed: number
  encoder: string
  out?: string
  ifTaken: OnConflict
  backend?: (typeof BACKENDS)[number]
}

/** @throws LLimitError INVALID_REQUEST, naming the flag or the field of the config. */
export async function parseOptions(args: readonly string[]): Promise<TrainOptions> {
  const { values, positionals } = parseArgs({
    args: [...args],
    // `--outcomes a b` leaves b among the positionals.
    allowPositionals: true,
    options: {
      outcomes: { type: 'string', multiple: true, default: [] },
      name: { type: 'string' },
      type: { type: 'string', default: 'dense_network' },
      config: { type: 'string' },
      seed: { type: 'string', default: '1' },
      encoder: { type: 'string', default: 'all-MiniLM-L6-v2' },
      out: { type: 'string' },
      replace: { type: 'boolean', default: false },
      'new-version': { type: 'boolean', default: false },
      backend: { type: 'string' },
    },
  })
  const { name, type, config, encoder, out, replace } = values
  if (values.outcomes.length === 0) throw refused('--outcomes is missing')
  if (name === undefined || !isSavedModelName(name)) {
    throw refused(
      `--name must be letters, digits, "_", "-" and "." with a letter or digit first; it is ${JSON.stringify(name)}`,
    )
  }
  if (type !== 'dense_network') throw refused(`--type must be dense_network; it is ${type}`)
  const seed = Number(values.seed)
  if (!/^-?\d+$/.test(values.seed) || !Number.isSafeInteger(seed))
    throw refused(`--seed must be a whole number; it is ${values.seed}`)
  if (replace && values['new-version']) throw refused('--replace and --new-version exclude each other')
  const backend = BACKENDS.find((known) => known === values.backend)
  if (values.backend !== undefined && backend === undefined) {
    throw refused(`--backend must be one of ${BACKENDS.join(', ')}; it is ${values.backend}`)
  }
  return {
    outcomes: [...values.outcomes, ...positionals],
    name,
    recipe: config === undefined ? recipeSchema.parse({}) : await readRecipe(config),
    seed,
    encoder,
    ...(out === undefined ? {} : { out }),
    ifTaken: replace ? 'replace' : values['new-version'] ? 'newVersion' : 'reject',
    ...(backend === undefined ? {} : { backend }),
  }
}

function refused(message: string): LLimitError {
  return new LLimitError('INVALID_REQUEST', message)
}
