import { writeFile } from 'node:fs/promises'
import path from 'node:path'

import { barsSvg, reliabilitySvg, routeSvg } from '../../evaluate/charts.js'
import type { Evaluation } from '../../evaluate/evaluate.js'
import type { FreeChoice } from '../../evaluate/freeChoice.js'
import { makeFolder } from '../../makeFolder.js'

/** What an evaluation was made of, so that it can be made again. */
export interface Provenance {
  date: string
  model?: { name: string; version: number; origin: string }
  files: readonly { name: string; sha256: string }[]
  split: string
  trainSplit: string
  seed: number
  /** Of the model; absent without one. */
  freeChoice?: FreeChoice
  remarks: readonly string[]
}

/** Writes evaluation.json and the charts into a folder, which is made if it is missing. */
export async function writeEvaluation(
  folder: string,
  evaluation: Evaluation,
  provenance: Provenance,
): Promise<string[]> {
  const { pairRouting } = evaluation
  const files = {
    'evaluation.json': `${JSON.stringify({ ...provenance, ...evaluation }, undefined, 1)}\n`,
    'metrics.svg': barsSvg(evaluation),
    'reliability.svg': reliabilitySvg(evaluation),
    ...(pairRouting === undefined ? {} : { 'route.svg': routeSvg(pairRouting) }),
  }
  await makeFolder(folder)
  for (const [name, content] of Object.entries(files)) await writeFile(path.join(folder, name), content)
  return Object.keys(files)
}
