import type { Outcomes } from '../../outcomes/outcomes.js'
import { ORACLE, RANDOM } from '../system.js'
import type { System } from '../system.js'
import { predictGroupMeans, predictLlmMeans } from './llmMeans.js'
import { predictLogistic } from './logistic.js'
import type { WithFeatures } from './logistic.js'
import { predictNearest } from './nearest.js'

const ORACLE_LABEL_NOTE = (field: string) => `uses the prompt's ${field}, unavailable at routing time`

interface PromptBaselineOptions {
  logistic: boolean
  /** Called after each LLM of the logistic regressions with the number that is done. */
  onProgress?: (done: number) => void
}

/** Baselines that need the outcomes only. `train` and `test` have the same LLMs. */
export function meanBaselines(train: Outcomes, test: Outcomes): System[] {
  const groups = (['source', 'category'] as const).filter(
    (field) => new Set(test.prompts.map((prompt) => prompt[field])).size > 1,
  )
  return [
    {
      type: 'predictor',
      name: 'LLM mean',
      predictions: predictLlmMeans(train, test),
      note: 'routes to the best single LLM there is',
    },
    ...groups.map((field): System => ({
      type: 'predictor',
      name: `LLM mean by ${field}`,
      predictions: predictGroupMeans(train, test, (prompt) => prompt[field]),
      note: ORACLE_LABEL_NOTE(field),
    })),
    RANDOM,
    ORACLE,
  ]
}

/** Baselines on the embeddings and features of the prompts. */
export async function promptBaselines(
  train: WithFeatures,
  test: WithFeatures,
  { logistic, onProgress }: PromptBaselineOptions,
): Promise<System[]> {
  const nearest: System = { type: 'predictor', name: 'kNN', predictions: predictNearest(train, test) }
  if (!logistic) return [nearest]
  const predictions = await predictLogistic(train, test, onProgress === undefined ? {} : { onProgress })
  return [nearest, { type: 'predictor', name: 'logistic per LLM', predictions }]
}
