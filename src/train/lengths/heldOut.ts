import { heldTo, lengthBoundsOf } from '../../lengths/generalLengths.js'
import type { GeneralLengths } from '../../lengths/generalLengths.js'
import { logLengthOf } from '../../lengths/lengthModel.js'
import type { LengthInterval, LengthModel, LogLength } from '../../lengths/lengthModel.js'
import { promptParts } from '../../lengths/promptPart.js'
import type { PromptPart } from '../../lengths/promptPart.js'
import { at } from '../../numeric/at.js'
import type { PromptIndex } from '../../numeric/indices.js'
import { rowOf } from '../../numeric/matrix.js'
import { mean } from '../../numeric/mean.js'
import { quantileOf } from '../../numeric/quantile.js'
import type { Examples } from '../data/examples.js'
import { countedAnswers } from './countedAnswers.js'

/** Share of the answers that the interval of a length covers. */
export const LENGTH_LEVEL = 0.9

/** With fewer held-out answers than this the interval is that of the normal distribution. */
const MIN_ANSWERS = 100

/** Standard deviations on either side of the mean between which 90 % of a normal distribution lie. */
const NORMAL_DEVIATIONS = 1.645

/** Held-out answers with what is predicted for them. */
interface PredictedAnswer {
  /** Log of the length. */
  length: number
  predicted: LogLength
}

/**
 * As a server predicts them.
 * @param familiarity [P] of the held-out prompts
 */
export function predictHeldOut(
  model: Omit<LengthModel, 'interval' | 'longest'>,
  general: GeneralLengths,
  dev: Examples,
  familiarity: Float64Array,
): PredictedAnswer[] {
  const { prompt, llm, length } = countedAnswers(dev)
  const partOf = promptParts(model.prompts)
  const parts = new Map<PromptIndex, PromptPart>()
  return prompt.map((p, i) => {
    const part = parts.get(p) ?? partOf(rowOf(dev.inputs, p))
    parts.set(p, part)
    const bounds = lengthBoundsOf(general, part, at(familiarity, p))
    return { length: at(length, i), predicted: heldTo(bounds, logLengthOf(model, part, at(llm, i))) }
  })
}

/** The interval that covers LENGTH_LEVEL of the held-out answers, as many below it as above. */
export function fitLengthInterval(answers: readonly PredictedAnswer[]): LengthInterval {
  if (answers.length < MIN_ANSWERS) return { low: -NORMAL_DEVIATIONS, high: NORMAL_DEVIATIONS }
  const deviations = answers.map(
    ({ length, predicted }) => (length - predicted.mean) / Math.sqrt(predicted.variance),
  )
  const tail = (1 - LENGTH_LEVEL) / 2
  return { low: quantileOf(deviations, tail), high: quantileOf(deviations, 1 - tail) }
}

/** How much of the variance of the log is predicted, and the median of the relative errors of the median; {} without answers. */
export function lengthMetrics(answers: readonly PredictedAnswer[]): Record<string, number> {
  if (answers.length === 0) return {}
  const level = mean(answers.map(({ length }) => length))
  const squares = (errorOf: (answer: PredictedAnswer) => number) =>
    answers.reduce((sum, answer) => sum + errorOf(answer) ** 2, 0)
  const errorOf = ({ length, predicted }: PredictedAnswer) => predicted.mean - length
  return {
    tokens_r2: 1 - squares(errorOf) / squares(({ length }) => length - level),
    tokens_median_error: quantileOf(
      answers.map((answer) => Math.abs(Math.exp(errorOf(answer)) - 1)),
      0.5,
    ),
  }
}
