import { blocksOf } from './blocks.js'
import type { Repairs } from './judgedDataBuilder.js'
import type { JudgedData } from './outcomes.js'

/** With fewer outcomes and comparisons together, an LLM's level is known to no better than about 0.1. */
export const LITTLE_EVIDENCE = 30

/** What there is to know of judged data before anything is trained on it or measured with it. */
export interface DataReport {
  prompts: number
  llms: number
  outcomes: number
  comparisons: number
  /** Share of all pairs of a prompt and an LLM that has an outcome. */
  density: number
  /** Split -> prompts; '' where the file does not say. */
  splits: Record<string, number>
  /** Source -> prompts */
  sources: Record<string, number>
  /** What was put right while reading, where that is known. */
  repairs?: Repairs
  /** Comparisons of the same two LLMs on the same prompt with the same verdict as one before. */
  repeatedComparisons: number
  /** LLMs with fewer than LITTLE_EVIDENCE outcomes and comparisons. */
  sparse: { llm: string; outcomes: number; comparisons: number }[]
  /** LLMs that won all of their comparisons, or lost all: two at least. */
  oneSided: { llm: string; won: boolean; comparisons: number }[]
  /** LLMs whose outcomes, two at least, are all the same. */
  constant: { llm: string; score: number; outcomes: number }[]
  /** Groups of LLMs that share no prompt with any other group, the largest first; one group where all is well. */
  blocks: string[][]
  /** Prompts with an outcome of one LLM and no comparison: they say nothing of who is better. */
  judgedOnce: number
  /** Prompts with neither an outcome nor a comparison. */
  unjudged: number
}

/** Looks through the data for what makes it weak. Nothing is refused: what is found is to be said. */
export function checkJudgedData(data: JudgedData & { repairs?: Repairs }): DataReport {
  const { outcomes, comparisons, repairs } = data
  const { prompts, llms, prompt, score } = outcomes
  const perPrompt = new Uint32Array(prompts.length)
  prompt.forEach((p) => (perPrompt[p] = (perPrompt[p] ?? 0) + 1))
  const comparedPrompts = new Set(comparisons.prompt)
  const judgedBy = (count: number) =>
    perPrompt.reduce((sum, value, p) => sum + (value === count && !comparedPrompts.has(p) ? 1 : 0), 0)
  return {
    prompts: prompts.length,
    llms: llms.length,
    outcomes: score.length,
    comparisons: comparisons.prompt.length,
    density: score.length / Math.max(1, prompts.length * llms.length),
    splits: tally(prompts.map(({ split }) => split)),
    sources: tally(prompts.map(({ source }) => source)),
    ...(repairs === undefined ? {} : { repairs }),
    repeatedComparisons: repeatsOf(comparisons),
    ...weakLlms(data),
    blocks: blocksOf(data).map((block) => block.map((llm) => llms[llm] ?? '')),
    judgedOnce: judgedBy(1),
    unjudged: judgedBy(0),
  }
}

function weakLlms(data: JudgedData): Pick<DataReport, 'sparse' | 'constant' | 'oneSided'> {
  const { llms, llm, score } = data.outcomes
  const seen = llms.map((name) => ({ llm: name, outcomes: 0, least: Infinity, most: -Infinity }))
  llm.forEach((m, i) => {
    const entry = seen[m]
    const value = score[i]
    if (entry === undefined || value === undefined) return
    entry.outcomes++
    entry.least = Math.min(entry.least, value)
    entry.most = Math.max(entry.most, value)
  })
  const compared = comparedLlms(data)
  return {
    sparse: seen
      .map(({ llm: name, outcomes }, m) => ({
        llm: name,
        outcomes,
        comparisons: compared[m]?.comparisons ?? 0,
      }))
      .filter(({ outcomes, comparisons }) => outcomes + comparisons < LITTLE_EVIDENCE),
    constant: seen
      .filter(({ outcomes, least, most }) => outcomes > 1 && least === most)
      .map(({ llm: name, outcomes, least }) => ({ llm: name, score: least, outcomes })),
    oneSided: compared
      .map(({ wins, comparisons }, m) => ({ llm: llms[m] ?? '', won: wins > 0, wins, comparisons }))
      .filter(({ wins, comparisons }) => comparisons > 1 && (wins === 0 || wins === comparisons))
      .map(({ llm: name, won, comparisons }) => ({ llm: name, won, comparisons })),
  }
}

/** [M] comparisons of each LLM and what it won of them; a tie is half. */
function comparedLlms({ outcomes: { llms }, comparisons: { a, b, preference } }: JudgedData) {
  const seen = llms.map(() => ({ comparisons: 0, wins: 0 }))
  preference.forEach((value, i) => {
    for (const [row, won] of [[a[i], value] as const, [b[i], 1 - value] as const]) {
      const entry = seen[row ?? -1]
      if (entry === undefined) continue
      entry.comparisons++
      entry.wins += won
    }
  })
  return seen
}

function repeatsOf({ prompt, a, b, preference }: JudgedData['comparisons']): number {
  const verdicts = Array.from(prompt, (p, i) => {
    const [first = 0, second = 0, value = 0.5] = [a[i], b[i], preference[i]]
    return (first < second ? [p, first, second, value] : [p, second, first, 1 - value]).join()
  })
  return verdicts.length - new Set(verdicts).size
}

function tally(names: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return Object.fromEntries(counts)
}
