/** A prompt that LLMs were judged on. */
export interface JudgedPrompt {
  text: string
  /** Where the outcomes come from; '' where the file does not say. */
  source: string
  /** Family of tasks, like `code`; '' where the file does not say. */
  category: string
  /** `train`, `dev`, or any other name; '' where the file does not say. */
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
}

/**
 * Comparisons of two LLMs on a prompt, as parallel arrays over the prompts and LLMs of the same `Outcomes`:
 * `preference[i]` is 1 where `a[i]` was better, 0 where `b[i]` was, 0.5 for a tie, of good answers or of bad ones.
 */
export interface Comparisons {
  /** Index into `prompts`. */
  prompt: Int32Array
  /** Index into `llms`. */
  a: Int32Array
  b: Int32Array
  preference: Float32Array
}

export interface JudgedData {
  outcomes: Outcomes
  comparisons: Comparisons
  /** The files it was read from, in order. */
  files: readonly { name: string; sha256: string }[]
}
