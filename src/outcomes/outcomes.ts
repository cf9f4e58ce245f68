import { at } from '../numeric/at.js'

/** A prompt that LLMs were judged on. */
export interface JudgedPrompt {
  text: string
  /** Where the outcomes come from; '' if the file does not say. */
  source: string
  /** Family of tasks, such as `code`; '' if the file does not say. */
  category: string
  /** `train`, `dev`, or any other name; '' if the file does not say. */
  split: string
}

/**
 * Outcomes of LLMs on prompts, as parallel arrays: outcome i says that `llms[llm[i]]` got `score[i]` on
 * `prompts[prompt[i]]`. Sorted by prompt, within a prompt by LLM; an LLM has one outcome on a prompt at most.
 */
export interface Outcomes {
  prompts: readonly JudgedPrompt[]
  /** Sorted by name. */
  llms: readonly string[]
  /** Index into `prompts`. */
  prompt: Int32Array
  /** Index into `llms`. */
  llm: Int32Array
  /** From 0 (failed) to 1 (correct, or the best rating). */
  score: Float32Array
  /** Length of each answer in tokens, NOT_COUNTED if it is unknown; absent if all are. */
  tokens?: Float32Array
}

/** Stands for the length of an answer that nobody counted; `isCounted` tells. */
export const NOT_COUNTED = NaN

export function isCounted(tokens: number): boolean {
  return !Number.isNaN(tokens)
}

/** The length of the answer of outcome i, or NOT_COUNTED. */
export function tokensOf({ tokens }: Pick<Outcomes, 'tokens'>, i: number): number {
  return tokens === undefined ? NOT_COUNTED : at(tokens, i)
}

/**
 * Comparisons of two LLMs on a prompt, as parallel arrays over the prompts and LLMs of the same `Outcomes`:
 * `preference[i]` is 1 if `a[i]` was better, 0 if `b[i]` was, 0.5 for a tie, of good answers or of bad ones.
 */
export interface Comparisons {
  /** Index into `prompts`. */
  prompt: Int32Array
  /** Index into `llms`. */
  a: Int32Array
  b: Int32Array
  preference: Float32Array
}

/**
 * The prompt of outcome i.
 * @throws RangeError outside the outcomes.
 */
export function promptOf({ prompts, prompt }: Pick<Outcomes, 'prompts' | 'prompt'>, i: number): JudgedPrompt {
  return at(prompts, at(prompt, i))
}

/**
 * The name of the LLM of outcome i.
 * @throws RangeError outside the outcomes.
 */
export function llmOf({ llms, llm }: Pick<Outcomes, 'llms' | 'llm'>, i: number): string {
  return at(llms, at(llm, i))
}

export interface JudgedData {
  outcomes: Outcomes
  comparisons: Comparisons
  /** The files it was read from, in order. */
  files: readonly { name: string; sha256: string }[]
}
