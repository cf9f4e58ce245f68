import { pairsByPrompt } from '../metrics/pairwise.js'
import { logLossByPrompt } from '../metrics/properScores.js'
import { routedByPrompt } from '../metrics/routedScore.js'
import type { PerPrompt } from '../metrics/scoredOutcomes.js'
import { at } from '../numeric/at.js'
import type { PredictedOutcomes } from './predictOutcomes.js'
import type { Unit } from './sourceMeans.js'

/** A unit for each prompt, with what it adds to level, order and choice. */
export function promptUnits(source: string, predicted: PredictedOutcomes): Unit[] {
  const metrics: Record<string, PerPrompt> = {
    'log loss': logLossByPrompt(predicted),
    pairs: pairsByPrompt(predicted),
    routed: routedByPrompt(predicted),
  }
  return Array.from({ length: predicted.prompts }, (_, p) => ({
    source,
    shares: Object.fromEntries(
      Object.entries(metrics).map(([name, { above, below }]) => [
        name,
        { above: at(above, p), below: at(below, p) },
      ]),
    ),
  }))
}
