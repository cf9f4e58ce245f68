import { at, valueAt } from '../../numeric/at.js'
import { tally } from '../../numeric/tally.js'
import type { Floats } from '../../metrics/scoredOutcomes.js'
import { llmOf, promptOf } from '../../outcomes/outcomes.js'
import type { Outcomes } from '../../outcomes/outcomes.js'

/** A page of more rows and columns is not read; the others are counted. */
const MAX_LLMS = 40
const MAX_CATEGORIES = 12

/** Ends of the ranges of evidence: outcomes of the LLM on the category, in training. */
const EVIDENCE_STARTS = [0, 1, 10, 30, 100, 300] as const

/** What was predicted and what came of it, over some outcomes. */
export interface Cell {
  outcomes: number
  /** Means. */
  predicted: number
  observed: number
}

interface LlmRow {
  llm: string
  all: Cell
  /** By category, in the order of the table; null without outcomes. */
  cells: (Cell | null)[]
}

/** LLMs and categories with the most outcomes. */
export interface LlmTable {
  categories: string[]
  rows: LlmRow[]
  /** What the table leaves out. */
  leftOut: { llms: number; categories: number }
}

class Sums {
  #outcomes = 0
  #predicted = 0
  #observed = 0

  add(predicted: number, observed: number): void {
    this.#outcomes++
    this.#predicted += predicted
    this.#observed += observed
  }

  /** Null without outcomes. */
  cell(): Cell | null {
    const n = this.#outcomes
    return n === 0 ? null : { outcomes: n, predicted: this.#predicted / n, observed: this.#observed / n }
  }
}

function sumsOver(outcomes: Outcomes, predictions: Floats, includes: (i: number) => boolean): Cell | null {
  const sums = new Sums()
  outcomes.score.forEach((score, i) => {
    if (includes(i)) sums.add(at(predictions, i), score)
  })
  return sums.cell()
}

/** @param predictions [N] of the first system */
export function llmTable(outcomes: Outcomes, predictions: Floats): LlmTable {
  const byCount = (counts: ReadonlyMap<string, number>) =>
    [...counts.keys()].sort((a, b) => valueAt(counts, b) - valueAt(counts, a) || (a < b ? -1 : 1))
  const indices = [...outcomes.score.keys()]
  const llms = byCount(tally(indices.map((i) => llmOf(outcomes, i))))
  const categories = byCount(tally(indices.map((i) => promptOf(outcomes, i).category)))
  const shown = categories.length < 2 ? [] : categories.slice(0, MAX_CATEGORIES)
  const rows = llms.slice(0, MAX_LLMS).flatMap((llm): LlmRow[] => {
    const isOwn = (i: number) => llmOf(outcomes, i) === llm
    const all = sumsOver(outcomes, predictions, isOwn)
    const cells = shown.map((category) =>
      sumsOver(outcomes, predictions, (i) => isOwn(i) && promptOf(outcomes, i).category === category),
    )
    return all === null ? [] : [{ llm, all, cells }]
  })
  return {
    categories: shown,
    rows: rows.sort((a, b) => b.all.observed - a.all.observed),
    leftOut: {
      llms: llms.length - rows.length,
      categories: shown.length === 0 ? 0 : categories.length - shown.length,
    },
  }
}

/** Outcomes of which training had seen so much. */
export interface EvidenceRange extends Cell {
  from: number
  /** Null for all that are greater. */
  to: number | null
}

/** @param evidence [N] outcomes of the LLM on the category of the prompt, in training */
export function byEvidence(
  outcomes: Outcomes,
  predictions: Floats,
  evidence: ArrayLike<number>,
): EvidenceRange[] {
  return EVIDENCE_STARTS.flatMap((from, k): EvidenceRange[] => {
    const next = EVIDENCE_STARTS[k + 1]
    const includes = (i: number) => at(evidence, i) >= from && (next === undefined || at(evidence, i) < next)
    const cell = sumsOver(outcomes, predictions, includes)
    return cell === null ? [] : [{ from, to: next === undefined ? null : next - 1, ...cell }]
  })
}
