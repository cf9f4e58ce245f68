import { mkdir, rm } from 'node:fs/promises'

import { LLimitError } from '../../src/errors.js'
import { createRandom } from '../../src/numeric/random.js'
import { oneOf } from './mutateBytes.js'
import { writeFiles } from './seeds.js'
import type { Target } from './target.js'

/** What came of one case. */
export interface CaseResult {
  number: number
  target: string
  /** `accepted`, the code of the error by which it was rejected, or `failed`. */
  outcome: string
  /** Why it failed. */
  failure?: string
  ms: number
}

/** Cases of one seed have nothing in common with those of another. */
const SEED_STEP = 7_919

/**
 * Writes the files of a case and has them read.
 * @param number of the case: with the seed it decides everything
 * @param folder is emptied before, and left as it is.
 */
export async function runCase(
  targets: readonly Target[],
  { seed, number, folder }: { seed: number; number: number; folder: string },
): Promise<CaseResult> {
  const random = createRandom(seed * SEED_STEP + number)
  // Numbers of seeds next to each other begin alike.
  for (let i = 0; i < 3; i++) random()
  const target = oneOf(targets, random)
  const files = await target.mutate(oneOf(target.seeds, random), random)
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  await writeFiles(folder, files)
  const start = performance.now()
  const result = { number, target: target.name }
  try {
    await target.read(folder)
    return { ...result, outcome: 'accepted', ms: performance.now() - start }
  } catch (error) {
    const ms = performance.now() - start
    if (error instanceof LLimitError && target.codes.includes(error.code))
      return { ...result, outcome: error.code, ms }
    return { ...result, outcome: 'failed', failure: describe(error), ms }
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const code = error instanceof LLimitError ? `${error.code}: ` : ''
  const cause = error.cause === undefined ? '' : `\ncaused by ${describe(error.cause)}`
  return `${code}${error.stack ?? error.message}${cause}`
}
