import type { Outcomes } from '../../outcomes/outcomes.js'
import { ORACLE, RANDOM } from '../system.js'
import type { System } from '../system.js'
import { predictGroupMeans, predictLlmMeans } from './llmMeans.js'
import { predictLogistic } from './logistic.js'
import type { Described } from './logistic.js'
import { predictNearest } from './nearest.js'

const TOLD = 'told what a router is not'

interface Options {
  logistic: boolean
  /** Told after each LLM of the logistic regressions how many are done. */
  onProgress?: (done: number) => void
}

/** Baselines that need the outcomes only. `train` and `test` have the same LLMs. */
export function meanBaselines(train: Outcomes, test: Outcomes): System[] {
  const groups = (['source', 'category'] as const).filter(
    (field) => new Set(test.prompts.map((prompt) => prompt[field])).size > 1,
  )
  return [
    {
      name: 'LLM mean',
      predicts: predictLlmMeans(train, test),
      note: 'routes to the best single LLM there is',
    },
    ...groups.map((field) => ({
      name: `LLM mean by ${field}`,
      predicts: predictGroupMeans(train, test, (prompt) => prompt[field]),
      note: `${TOLD}, the ${field} of the prompt`,
    })),
    RANDOM,
    ORACLE,
  ]
}

/** Baselines on the embeddings and features of the prompts. */
export function promptBaselines(
  train: Described,
  test: Described,
  { logistic, onProgress }: Options,
): System[] {
  return [
    { name: 'kNN', predicts: predictNearest(train, test) },
    ...(logistic
      ? [
          {
            name: 'logistic per LLM',
            predicts: predictLogistic(train, test, onProgress === undefined ? {} : { onProgress }),
          },
        ]
      : []),
  ]
}
