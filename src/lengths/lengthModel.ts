import { at } from '../numeric/at.js'
import type { LlmRow } from '../numeric/indices.js'
import type { Matrix } from '../numeric/matrix.js'
import { dotRow, dotRowOfBoth } from '../numeric/vector.js'
import type { PromptModel, PromptPart } from './promptPart.js'

/**
 * Predicts how long the answer of an LLM to a prompt will be. Every LLM has a vector that was fitted to its counted answers; its
 * product with the vector of the prompt is the mean of the log of the length. Where few answers of an LLM were counted, those of
 * LLMs like it take over. M LLMs, R numbers of a vector, K clusters of prompts, those of the first partition.
 */
export interface LengthModel {
  prompts: PromptModel
  /** [M, R] fitted to the answers of each LLM. */
  vectors: Matrix
  /** [M, R] the mean vector of the LLMs that are most like each. */
  likeVectors: Matrix
  /** [M, K] what LLMs like it add to that on each cluster. */
  likeLevels: Matrix
  /** [M, K] counted answers of each LLM on each cluster. */
  counted: Matrix
  /** Counted answers near a prompt at which those of the LLM and of LLMs like it count alike. */
  halfway: number
  /** [M] variance of the log of a length about its mean. */
  noise: Float32Array
  /** Added to it if the mean rests on LLMs like it. */
  likeVariance: number
  interval: LengthInterval
  /** Tokens of the longest answer that was counted. */
  longest: number
}

/** Ends of an interval, in standard deviations of the log. */
export interface LengthInterval {
  low: number
  high: number
}

/** The log of the length of an answer, as a normal distribution. */
export interface LogLength {
  mean: number
  variance: number
}

/** Where n answers of the LLM were counted near the prompt, they have the weight n / (n + halfway). */
export function logLengthOf(
  model: Omit<LengthModel, 'interval' | 'longest'>,
  part: PromptPart,
  llm: LlmRow,
): LogLength {
  const [counted, likeLevel] = dotRowOfBoth(model.counted, model.likeLevels, llm, part.shares)
  const [ownMean, likeMean] = dotRowOfBoth(model.vectors, model.likeVectors, llm, part.vector)
  const own = counted / (counted + model.halfway)
  return {
    mean: own * ownMean + (1 - own) * (likeMean + likeLevel),
    variance: at(model.noise, llm) + (1 - own) * model.likeVariance,
  }
}

/** The mean of the log of a length by LLMs like one alone. */
export function likeMeanOf(
  { likeVectors, likeLevels }: Pick<LengthModel, 'likeVectors' | 'likeLevels'>,
  { vector, shares }: PromptPart,
  llm: LlmRow,
): number {
  return dotRow(likeVectors, llm, vector) + dotRow(likeLevels, llm, shares)
}

/** The length of an answer in tokens. */
export interface AnswerLength {
  /** The mean, from which a cost is expected. */
  expected: number
  median: number
  /** Ends of the interval. */
  low: number
  high: number
}

type Scale = Pick<LengthModel, 'interval' | 'longest'>

/** From a log to tokens, each from 1 to those of the longest answer that was counted. */
export function answerLengthOf(length: LogLength, { interval, longest }: Scale): AnswerLength {
  const { mean, variance } = length
  const deviation = Math.sqrt(variance)
  return {
    expected: expectedLengthOf(length, longest),
    median: tokensOf(mean, longest),
    low: tokensOf(mean + interval.low * deviation, longest),
    high: tokensOf(mean + interval.high * deviation, longest),
  }
}

/** `expected` of `AnswerLength` alone. */
export function expectedLengthOf({ mean, variance }: LogLength, longest: number): number {
  return tokensOf(mean + variance / 2, longest)
}

function tokensOf(log: number, longest: number): number {
  return Math.max(1, Math.min(longest, Math.exp(log)))
}
