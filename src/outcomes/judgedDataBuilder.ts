import type { ComparisonRow } from './comparisonRow.js'
import type { OutcomeRow } from './outcomeRow.js'
import type { Comparisons, JudgedData, JudgedPrompt, Outcomes } from './outcomes.js'

/** What was put right while reading. */
export interface Repairs {
  /** Outcome rows whose prompt had one before. */
  repeatedRows: number
  /** Outcomes of an LLM on a prompt that had one before; such are averaged. */
  averagedOutcomes: number
  /** Rows that put a prompt into another split than an earlier row did; the first one counts. */
  changedSplits: number
  /** Scores a little outside [0, 1]. */
  clippedScores: number
}

/** Data as it was read, with what was put right on the way. */
export interface ReadData extends JudgedData {
  repairs: Repairs
}

type PromptRow = Pick<OutcomeRow, 'prompt' | 'source' | 'category' | 'split'>

/** Takes rows in any order and makes the parallel arrays of `JudgedData` of them. */
export class JudgedDataBuilder {
  readonly #prompts: JudgedPrompt[] = []
  readonly #promptIndex = new Map<string, number>()
  readonly #llms: string[] = []
  readonly #llmIndex = new Map<string, number>()
  readonly #outcomes: { prompt: number; llm: number; score: number }[] = []
  readonly #comparisons: { prompt: number; a: number; b: number; preference: number }[] = []
  readonly #withRow = new Set<number>()
  readonly #repairs: Repairs = { repeatedRows: 0, averagedOutcomes: 0, changedSplits: 0, clippedScores: 0 }

  addOutcomes(row: OutcomeRow): void {
    const prompt = this.#promptOf(row)
    if (this.#withRow.has(prompt)) this.#repairs.repeatedRows++
    this.#withRow.add(prompt)
    for (const [llm, given] of Object.entries(row.scores)) {
      const score = Math.min(1, Math.max(0, given))
      if (score !== given) this.#repairs.clippedScores++
      this.#outcomes.push({ prompt, llm: this.#llmOf(llm), score })
    }
  }

  addComparison(row: ComparisonRow): void {
    const { preference } = row
    const prompt = this.#promptOf(row)
    this.#comparisons.push({ prompt, a: this.#llmOf(row.a), b: this.#llmOf(row.b), preference })
  }

  build(files: JudgedData['files']): ReadData {
    const llms = [...this.#llms].sort()
    const place = new Map(llms.map((llm, m) => [llm, m]))
    const rank = Int32Array.from(this.#llms, (llm) => place.get(llm) ?? 0)
    const { averaged, outcomes } = this.#buildOutcomes(llms, rank)
    const repairs = { ...this.#repairs, averagedOutcomes: averaged }
    return { outcomes, comparisons: this.#buildComparisons(rank), files, repairs }
  }

  /** @param rank index of an LLM in order of appearance -> in order of names */
  #buildOutcomes(llms: string[], rank: Int32Array): { averaged: number; outcomes: Outcomes } {
    const rankOf = (llm: number) => rank[llm] ?? 0
    const sorted = [...this.#outcomes].sort((x, y) => x.prompt - y.prompt || rankOf(x.llm) - rankOf(y.llm))
    const merged: { prompt: number; llm: number; sum: number; count: number }[] = []
    for (const { prompt, llm, score } of sorted) {
      const last = merged.at(-1)
      if (last?.prompt === prompt && last.llm === llm) {
        last.sum += score
        last.count++
      } else merged.push({ prompt, llm, sum: score, count: 1 })
    }
    const outcomes = {
      prompts: this.#prompts,
      llms,
      prompt: Int32Array.from(merged, ({ prompt }) => prompt),
      llm: Int32Array.from(merged, ({ llm }) => rankOf(llm)),
      score: Float32Array.from(merged, ({ sum, count }) => sum / count),
    }
    return { averaged: sorted.length - merged.length, outcomes }
  }

  #buildComparisons(rank: Int32Array): Comparisons {
    return {
      prompt: Int32Array.from(this.#comparisons, ({ prompt }) => prompt),
      a: Int32Array.from(this.#comparisons, ({ a }) => rank[a] ?? 0),
      b: Int32Array.from(this.#comparisons, ({ b }) => rank[b] ?? 0),
      preference: Float32Array.from(this.#comparisons, ({ preference }) => preference),
    }
  }

  /** The same text is the same prompt; what one row leaves empty another may say. */
  #promptOf({ prompt: text, source, category, split }: PromptRow): number {
    const index = this.#promptIndex.get(text)
    const known = index === undefined ? undefined : this.#prompts[index]
    if (index === undefined || known === undefined) {
      this.#promptIndex.set(text, this.#prompts.length)
      return this.#prompts.push({ text, source, category, split }) - 1
    }
    if (known.split !== '' && split !== '' && known.split !== split) this.#repairs.changedSplits++
    known.source ||= source
    known.category ||= category
    known.split ||= split
    return index
  }

  #llmOf(name: string): number {
    const known = this.#llmIndex.get(name)
    if (known !== undefined) return known
    this.#llmIndex.set(name, this.#llms.length)
    return this.#llms.push(name) - 1
  }
}
