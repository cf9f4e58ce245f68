import { at } from '../../numeric/at.js'
import { logistic } from '../../numeric/logistic.js'
import { mean } from '../../numeric/mean.js'
import { calibrationError } from '../../metrics/calibration.js'
import { fitLevel } from './fitLevel.js'
import type { LevelFit } from './fitLevel.js'
import type { LlmReports } from './llmReports.js'

/** What outcomes change of one LLM. */
export interface LevelChange extends LevelFit {
  llm: string
  outcomes: number
  meanScore: number
  before: Predicted
  after: Predicted
}

/** Of the outcomes. */
interface Predicted {
  /** Mean probability. */
  mean: number
  /** Expected calibration error. */
  calibrationError: number
}

export function changeOf({ llm, outcomes }: Pick<LlmReports, 'llm' | 'outcomes'>): LevelChange {
  const fit = fitLevel(outcomes)
  const { logits, factors, scores } = outcomes
  const predictedAt = (delta: number): Predicted => {
    const prediction = logits.map((logit, i) => logistic(at(factors, i) * (logit + delta)))
    const prompt = Int32Array.from(scores.keys())
    const scored = { prompts: scores.length, prompt, score: scores, prediction }
    return { mean: mean(prediction), calibrationError: calibrationError(scored) }
  }
  const [before, after] = [predictedAt(0), predictedAt(fit.delta)]
  return { llm, outcomes: scores.length, meanScore: mean(scores), before, after, ...fit }
}
