import { at, valueAt } from '../../numeric/at.js'
import { llmRow, promptIndex } from '../../numeric/indices.js'
import type { LlmRow, PromptIndex } from '../../numeric/indices.js'
import type { Matrix } from '../../numeric/matrix.js'
import { NOT_COUNTED, tokensOf } from '../../outcomes/outcomes.js'
import type { Comparisons, JudgedData, Outcomes } from '../../outcomes/outcomes.js'

/** The target of an LLM that was compared on a prompt and has no outcome of its own there. */
const NO_TARGET = NaN

/**
 * What a network learns from, prompt by prompt: pairs of a prompt and an LLM with their targets, and comparisons of two
 * pairs of the same prompt. Shapes: P prompts, W = E + F inputs, n pairs, c comparisons.
 */
export interface Examples {
  /** [P, W] embedding, then features. */
  inputs: Matrix
  /** [P] index of each prompt's category, or NO_CATEGORY. */
  category: Int32Array
  /** [P] index of each prompt's source. */
  source: Int32Array
  /** [P] what each outcome of a prompt counts in the loss. */
  weight: Float32Array
  /** [P + 1] where the pairs of each prompt begin in `llm` and `target`. */
  firstPair: Int32Array
  /** [n] row of the LLM. */
  llm: Int32Array
  /** [n] score in [0, 1], or NO_TARGET. */
  target: Float32Array
  /** [n] length of the answer, or NOT_COUNTED. */
  tokens: Float32Array
  /** [P + 1] where the comparisons of each prompt begin in `a`, `b` and `preference`. */
  firstComparison: Int32Array
  /** [c] pair, as an index into `llm` and `target`. */
  a: Int32Array
  b: Int32Array
  /** [c] 1: a was better, 0: b was, 0.5: a tie. */
  preference: Float32Array
}

export const promptCount = (examples: Examples): number => examples.category.length

/** Pairs that have a target. */
export function outcomeCount({ target }: Pick<Examples, 'target'>): number {
  return target.reduce((count, y) => count + (Number.isNaN(y) ? 0 : 1), 0)
}

/** Every pair that has a target, in order. */
export function forEachOutcome(
  { firstPair, llm, target }: Pick<Examples, 'firstPair' | 'llm' | 'target'>,
  visit: (llm: LlmRow, prompt: PromptIndex, pair: number) => void,
): void {
  for (let prompt = 0; prompt + 1 < firstPair.length; prompt++) {
    for (let pair = at(firstPair, prompt); pair < at(firstPair, prompt + 1); pair++) {
      if (!Number.isNaN(at(target, pair))) visit(llmRow(at(llm, pair)), promptIndex(prompt), pair)
    }
  }
}

/**
 * Puts outcomes and comparisons together, prompt by prompt.
 * @param prompts those to take, as indices into the data; rows of `inputs` follow this order.
 * @param inputs [prompts.length, W]
 * @param labels [prompts.length] index of each prompt's category, or NO_CATEGORY, and of its source
 * @returns with outcomes that all count alike
 */
export function toExamples(
  { outcomes, comparisons }: Pick<JudgedData, 'outcomes' | 'comparisons'>,
  prompts: Int32Array,
  inputs: Matrix,
  labels: Pick<Examples, 'category' | 'source'>,
): Examples {
  const targets = targetsByPrompt(outcomes, comparisons)
  const compared = comparisonsByPrompt(comparisons)
  const [firstPair, firstComparison] = [[0], [0]]
  const llms: LlmRow[] = []
  const target: number[] = []
  const lengths: number[] = []
  const pairsOfComparisons: { a: number; b: number; preference: number }[] = []
  for (const prompt of Array.from(prompts, promptIndex)) {
    const pairOf = new Map<LlmRow, number>()
    for (const [llm, { score, tokens }] of targets.get(prompt) ?? []) {
      pairOf.set(llm, llms.length)
      llms.push(llm)
      target.push(score)
      lengths.push(tokens)
    }
    for (const { a, b, preference } of compared.get(prompt) ?? []) {
      pairsOfComparisons.push({ a: valueAt(pairOf, a), b: valueAt(pairOf, b), preference })
    }
    firstPair.push(llms.length)
    firstComparison.push(pairsOfComparisons.length)
  }
  return {
    inputs,
    ...labels,
    weight: new Float32Array(prompts.length).fill(1),
    firstPair: Int32Array.from(firstPair),
    llm: Int32Array.from(llms),
    target: Float32Array.from(target),
    tokens: Float32Array.from(lengths),
    firstComparison: Int32Array.from(firstComparison),
    a: Int32Array.from(pairsOfComparisons, ({ a }) => a),
    b: Int32Array.from(pairsOfComparisons, ({ b }) => b),
    preference: Float32Array.from(pairsOfComparisons, ({ preference }) => preference),
  }
}

interface Target {
  score: number
  tokens: number
}

/** Prompt -> LLM -> what it got; an LLM that was only compared has NO_TARGET. */
function targetsByPrompt(
  outcomes: Outcomes,
  comparisons: Comparisons,
): Map<PromptIndex, Map<LlmRow, Target>> {
  const groups = new Map<PromptIndex, Map<LlmRow, Target>>()
  outcomes.prompt.forEach((prompt, i) => {
    const targets = groupOf(groups, promptIndex(prompt), () => new Map<LlmRow, Target>())
    targets.set(llmRow(at(outcomes.llm, i)), { score: at(outcomes.score, i), tokens: tokensOf(outcomes, i) })
  })
  comparisons.prompt.forEach((prompt, i) => {
    const targets = groupOf(groups, promptIndex(prompt), () => new Map<LlmRow, Target>())
    for (const llm of [llmRow(at(comparisons.a, i)), llmRow(at(comparisons.b, i))]) {
      if (!targets.has(llm)) targets.set(llm, { score: NO_TARGET, tokens: NOT_COUNTED })
    }
  })
  return groups
}

interface Comparison {
  a: LlmRow
  b: LlmRow
  preference: number
}

function comparisonsByPrompt({ prompt, a, b, preference }: Comparisons): Map<PromptIndex, Comparison[]> {
  const groups = new Map<PromptIndex, Comparison[]>()
  prompt.forEach((p, i) => {
    const comparison = { a: llmRow(at(a, i)), b: llmRow(at(b, i)), preference: at(preference, i) }
    groupOf(groups, promptIndex(p), (): Comparison[] => []).push(comparison)
  })
  return groups
}

/** The group of a prompt, made if there is none yet. */
function groupOf<G>(groups: Map<PromptIndex, G>, prompt: PromptIndex, create: () => G): G {
  const known = groups.get(prompt)
  if (known !== undefined) return known
  const created = create()
  groups.set(prompt, created)
  return created
}
