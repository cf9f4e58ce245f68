import { at, valueAt } from '../numeric/at.js'
import { llmRow, promptIndex, rowsByName } from '../numeric/indices.js'
import type { LlmRow, PromptIndex } from '../numeric/indices.js'
import { mean } from '../numeric/mean.js'
import type { ComparisonRow } from './comparisonRow.js'
import type { OutcomeRow } from './outcomeRow.js'
import { isCounted, NOT_COUNTED } from './outcomes.js'
import type { Comparisons, JudgedData, JudgedPrompt, Outcomes } from './outcomes.js'

/** What was corrected while reading. */
export interface CleaningReport {
  /** Outcome rows whose prompt had one before. */
  repeatedRows: number
  /** Outcomes of an LLM on a prompt that had one before; such are averaged. */
  averagedOutcomes: number
  /** Rows that put a prompt into another split than an earlier row did; the first one counts. */
  changedSplits: number
  /** Scores slightly outside [0, 1]. */
  clippedScores: number
}

/** Data as it was read, with what was corrected on the way. */
export interface CleanedData extends JudgedData {
  cleaning: CleaningReport
}

type PromptRow = Pick<OutcomeRow, 'prompt' | 'source' | 'category' | 'split'>

/** Takes rows in any order and makes the parallel arrays of `JudgedData` of them. */
export class JudgedDataBuilder {
  readonly #prompts: JudgedPrompt[] = []
  readonly #promptIndex = new Map<string, PromptIndex>()
  /** In order of appearance; `build` sorts them by name. */
  readonly #llms: string[] = []
  readonly #llmRow = new Map<string, LlmRow>()
  readonly #outcomes: { prompt: PromptIndex; llm: LlmRow; score: number; tokens: number }[] = []
  readonly #comparisons: { prompt: PromptIndex; a: LlmRow; b: LlmRow; preference: number }[] = []
  readonly #withOutcomes = new Set<PromptIndex>()
  readonly #cleaning = { repeatedRows: 0, changedSplits: 0, clippedScores: 0 }

  /** @param isPart whether other rows of the prompt are expected: it is then no repetition. */
  addOutcomes(row: OutcomeRow, isPart = false): void {
    const prompt = this.#indexOf(row)
    if (!isPart && this.#withOutcomes.has(prompt)) this.#cleaning.repeatedRows++
    this.#withOutcomes.add(prompt)
    for (const [llm, given] of Object.entries(row.scores)) {
      const score = Math.min(1, Math.max(0, given))
      if (score !== given) this.#cleaning.clippedScores++
      const tokens = row.tokens?.[llm] ?? NOT_COUNTED
      this.#outcomes.push({ prompt, llm: this.#rowOf(llm), score, tokens })
    }
  }

  addComparison(row: ComparisonRow): void {
    const { preference } = row
    const prompt = this.#indexOf(row)
    this.#comparisons.push({ prompt, a: this.#rowOf(row.a), b: this.#rowOf(row.b), preference })
  }

  build(files: JudgedData['files']): CleanedData {
    const llms = [...this.#llms].sort()
    const rows = rowsByName(llms)
    const sortedRows = this.#llms.map((llm) => valueAt(rows, llm))
    const { averagedOutcomes, outcomes } = this.#buildOutcomes(llms, sortedRows)
    const cleaning = { ...this.#cleaning, averagedOutcomes }
    return { outcomes, comparisons: this.#buildComparisons(sortedRows), files, cleaning }
  }

  /** @param sortedRows row of an LLM in order of appearance -> in order of names */
  #buildOutcomes(
    llms: string[],
    sortedRows: readonly LlmRow[],
  ): { averagedOutcomes: number; outcomes: Outcomes } {
    const sorted = this.#outcomes
      .map(({ llm, ...rest }) => ({ ...rest, llm: at(sortedRows, llm) }))
      .sort((x, y) => x.prompt - y.prompt || x.llm - y.llm)
    const merged: { prompt: PromptIndex; llm: LlmRow; scores: number[]; tokens: number[] }[] = []
    for (const { prompt, llm, score, tokens } of sorted) {
      const last = merged.at(-1)
      if (last?.prompt === prompt && last.llm === llm) {
        last.scores.push(score)
        last.tokens.push(tokens)
      } else merged.push({ prompt, llm, scores: [score], tokens: [tokens] })
    }
    const outcomes = {
      prompts: this.#prompts,
      llms,
      prompt: Int32Array.from(merged, ({ prompt }) => prompt),
      llm: Int32Array.from(merged, ({ llm }) => llm),
      score: Float32Array.from(merged, ({ scores }) => mean(scores)),
      ...(sorted.some(({ tokens }) => isCounted(tokens))
        ? { tokens: Float32Array.from(merged, ({ tokens }) => meanCount(tokens)) }
        : {}),
    }
    return { averagedOutcomes: sorted.length - merged.length, outcomes }
  }

  #buildComparisons(sortedRows: readonly LlmRow[]): Comparisons {
    return {
      prompt: Int32Array.from(this.#comparisons, ({ prompt }) => prompt),
      a: Int32Array.from(this.#comparisons, ({ a }) => at(sortedRows, a)),
      b: Int32Array.from(this.#comparisons, ({ b }) => at(sortedRows, b)),
      preference: Float32Array.from(this.#comparisons, ({ preference }) => preference),
    }
  }

  /** The same text is the same prompt; what one row leaves empty another may say. */
  #indexOf({ prompt: text, source, category, split }: PromptRow): PromptIndex {
    const index = this.#promptIndex.get(text)
    if (index === undefined) {
      const next = promptIndex(this.#prompts.length)
      this.#promptIndex.set(text, next)
      this.#prompts.push({ text, source, category, split })
      return next
    }
    const known = at(this.#prompts, index)
    if (known.split !== '' && split !== '' && known.split !== split) this.#cleaning.changedSplits++
    known.source ||= source
    known.category ||= category
    known.split ||= split
    return index
  }

  #rowOf(name: string): LlmRow {
    const known = this.#llmRow.get(name)
    if (known !== undefined) return known
    const next = llmRow(this.#llms.length)
    this.#llmRow.set(name, next)
    this.#llms.push(name)
    return next
  }
}

/** Of those that are known. */
function meanCount(tokens: readonly number[]): number {
  const counted = tokens.filter(isCounted)
  return counted.length === 0 ? NOT_COUNTED : mean(counted)
}
