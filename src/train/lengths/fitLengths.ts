import type { LengthSpec } from '../../card.js'
import { generalLengthsOf } from '../../lengths/generalLengths.js'
import type { LengthModel } from '../../lengths/lengthModel.js'
import type { VectorPrior } from '../../lengths/lengthsFile.js'
import type { Matrix } from '../../numeric/matrix.js'
import type { PreparedData } from '../data/prepareData.js'
import type { Recipe } from '../recipe.js'
import { countedAnswers, countsByLlm } from './countedAnswers.js'
import { fitLengthInterval, lengthMetrics, LENGTH_LEVEL, predictHeldOut } from './heldOut.js'
import { fitLlmLengths } from './llmLengths.js'
import { fitPromptModel } from './promptModel.js'

/** With fewer counted answers in the training split nothing is said of lengths. */
const MIN_ANSWERS = 200

export interface FittedLengths {
  card: LengthSpec
  model: LengthModel
  prior: VectorPrior
  /** On the dev split. */
  metrics: Record<string, number>
}

/**
 * Fits how long the answers of the LLMs are. A TensorFlow.js backend must have been started.
 * @param known rows [M, any] of the network, which say what LLMs are alike; familiarity [P] of the dev prompts
 * @returns undefined if too few answers were counted, or if the recipe leaves lengths out
 */
export function fitLengths(
  prepared: PreparedData,
  { rows, familiarity }: { rows: Matrix; familiarity: Float64Array },
  settings: Recipe['lengths'],
  seed: number,
): FittedLengths | undefined {
  const answers = countedAnswers(prepared.train)
  if (settings.width === 0 || answers.length.length < MIN_ANSWERS) return undefined
  const { prompts, parts } = fitPromptModel(prepared, answers, settings, seed)
  const { lengths, prior } = fitLlmLengths(parts, answers, rows)
  const longest = answers.length.reduce((most, log) => Math.max(most, Math.round(Math.exp(log))), 1)
  const general = generalLengthsOf(lengths, prior.clusters)
  const heldOut = predictHeldOut({ ...lengths, prompts }, general, prepared.dev, familiarity)
  const interval = fitLengthInterval(heldOut)
  return {
    card: {
      counted: Array.from(countsByLlm(answers, rows.rows)),
      width: prompts.offset.length,
      partitions: prompts.partitions.map(({ centroids, featureWeight }) => ({
        clusters: centroids.rows,
        feature_weight: featureWeight,
      })),
      sharpness: prompts.sharpness,
      halfway: lengths.halfway,
      like_variance: lengths.likeVariance,
      longest,
      interval: { level: LENGTH_LEVEL, ...interval },
    },
    model: { ...lengths, prompts, interval, longest },
    prior,
    metrics: lengthMetrics(heldOut),
  }
}
