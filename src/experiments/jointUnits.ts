import { probabilityOf } from '../calibration/probability.js'
import { SharedDifficulty } from '../calibration/sharedDifficulty.js'
import { JOINT_METRICS } from '../evaluate/joint.js'
import { afterFailure } from '../metrics/afterFailure.js'
import { drawLists, firstToSucceedByPrompt } from '../metrics/firstToSucceed.js'
import type { PerPrompt } from '../metrics/scoredOutcomes.js'
import { at } from '../numeric/at.js'
import { fitDifficulty } from '../train/calibration/fitDifficulty.js'
import type { Predictor } from '../train/trainModel.js'
import { scaleOf } from './predictOutcomes.js'
import type { PredictedOutcomes } from './predictOutcomes.js'
import type { Unit } from './sourceMeans.js'

/** Two ways in which the probabilities of a network may depend on each other. */
export const SHARED = 'shared difficulty'
export const INDEPENDENT = 'independence'

/** A unit for each prompt of a source, with what each way adds to the metrics of outcomes together. */
export function jointUnits(
  source: string,
  predicted: PredictedOutcomes,
  deviation: number,
  seed: number,
): { [SHARED]: Unit[]; [INDEPENDENT]: Unit[] } {
  const lists = drawLists(predicted, predicted.llm, seed)
  const unitsOf = (joint: SharedDifficulty): Unit[] => {
    const { logLoss } = afterFailure(predicted, joint)
    const first = firstToSucceedByPrompt(predicted, lists, joint)
    return Array.from({ length: predicted.prompts }, (_, p) => ({
      source,
      shares: {
        [JOINT_METRICS.failureLogLoss.title]: shareOf(logLoss, p),
        [JOINT_METRICS.firstLogLoss.title]: shareOf(first, p),
      },
    }))
  }
  return {
    [SHARED]: unitsOf(new SharedDifficulty(deviation)),
    [INDEPENDENT]: unitsOf(new SharedDifficulty(0)),
  }
}

function shareOf({ above, below }: PerPrompt, p: number): { above: number; below: number } {
  return { above: at(above, p), below: at(below, p) }
}

/** The deviation that the card of a network's saved model would have; 0 if its dev split says nothing. */
export function sharedDeviation(predictor: Predictor): number {
  const scale = scaleOf(predictor)
  const probabilities = predictor.devLogits.map((z) => probabilityOf(z, scale))
  const found = fitDifficulty(predictor.prepared.dev, probabilities)
  return found === undefined ? 0 : found.deviation
}
