import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

import { z } from 'zod'

import { LLimitError, quote } from '../../errors.js'
import { readRecipe, recipeSchema } from '../../train/recipe.js'
import type { Recipe } from '../../train/recipe.js'
import type { BackendName } from '../../tensor/backend.js'
import { files, flag, seed } from '../commandLine/flags.js'

/** The recipes that the project ships; compiled files lie in dist/src/cli/training. */
const SHIPPED = fileURLToPath(new URL('../../../../recipes', import.meta.url))

const BACKENDS = ['wasm', 'tfjs-node', 'cpu'] as const

/** What every command that trains takes. */
export const trainingFlags = {
  outcomes: flag(files(), 'file', 'outcomes (.jsonl, .jsonl.gz) and comparisons (.jsonl, .csv)'),
  config: flag(
    z.string().optional(),
    'recipe',
    'JSON file with what differs from the defaults of the recipe, or the name of a shipped one: default, fast, version1, original',
  ),
  seed: flag(
    seed(),
    'integer',
    'of first values, order and dropout: the same seed on the same backend gives the same model',
  ),
  encoder: flag(z.string().default('all-MiniLM-L6-v2'), 'name', 'an installed encoder'),
  backend: flag(
    z.enum(BACKENDS).optional(),
    'name',
    `that trains: ${BACKENDS.join(', ')}; tfjs-node is native TensorFlow, about three times as fast (default: wasm)`,
  ),
}

/** The backends to try, in this order. */
export function backendsFor(wanted: (typeof BACKENDS)[number] | undefined): BackendName[] {
  return wanted === undefined ? ['wasm', 'cpu'] : [wanted]
}

/**
 * @param config a file, or the name of a shipped recipe
 * @throws LLimitError INVALID_ARGUMENT if there is no recipe of that name, INVALID_FILE as `readRecipe` does.
 */
export async function recipeOf(config: string | undefined): Promise<Recipe> {
  if (config === undefined) return recipeSchema.parse({})
  if (!/^\w+$/.test(config)) return readRecipe(config)
  const known = (await readdir(SHIPPED)).map((file) => path.basename(file, '.json'))
  if (known.includes(config)) return readRecipe(path.join(SHIPPED, `${config}.json`))
  const expected = `expected a JSON file or one of ${known.join(', ')}`
  throw new LLimitError('INVALID_ARGUMENT', `--config: ${expected}, got ${quote(config)}`)
}
