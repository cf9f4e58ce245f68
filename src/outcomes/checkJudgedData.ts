import { blocksOf } from './blocks.js'
import type { Repairs } from './judgedDataBuilder.js'
import type { JudgedData } from './outcomes.js'

/** With fewer outcomes, an LLM's mean is known to no better than about 0.1. */
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
  /** LLMs with fewer than LITTLE_EVIDENCE outcomes. */
  sparse: { llm: string; outcomes: number }[]
  /** LLMs whose outcomes, two at least, are all the same. */
  constant: { llm: string; score: number; outcomes: number }[]
  /** Groups of LLMs that share no prompt with any other group, the largest first; one group where all is well. */
  blocks: string[][]
  /** Prompts with outcomes of one LLM only: they say nothing of who is better. */
  judgedOnce: number
  /** Prompts without any outcome, which comparisons may still speak of. */
  unjudged: number
}

/** Looks through the data for what makes it weak. Nothing is refused: what is found is to be said. */
export function checkJudgedData(data: JudgedData & { repairs?: Repairs }): DataReport {
  const { outcomes, comparisons, repairs } = data
  const { prompts, llms, prompt, score } = outcomes
  const perPrompt = new Uint32Array(prompts.length)
  prompt.forEach((p) => (perPrompt[p] = (perPrompt[p] ?? 0) + 1))
  const judgedBy = (count: number) => perPrompt.reduce((sum, value) => sum + (value === count ? 1 : 0), 0)
  return {
    prompts: prompts.length,
    llms: llms.length,
    outcomes: score.length,
    comparisons: comparisons.prompt.length,
    density: score.length / Math.max(1, prompts.length * llms.length),
    splits: tally(prompts.map(({ split }) => split)),
    sources: tally(prompts.map(({ source }) => source)),
    ...(repairs === undefined ? {} : { repairs }),
    ...weakLlms(data),
    blocks: blocksOf(data).map((block) => block.map((llm) => llms[llm] ?? '')),
    judgedOnce: judgedBy(1),
    unjudged: judgedBy(0),
  }
}

function weakLlms({ outcomes: { llms, llm, score } }: JudgedData): Pick<DataReport, 'sparse' | 'constant'> {
  const seen = llms.map((name) => ({ llm: name, outcomes: 0, least: Infinity, most: -Infinity }))
  llm.forEach((m, i) => {
    const entry = seen[m]
    const value = score[i]
    if (entry === undefined || value === undefined) return
    entry.outcomes++
    entry.least = Math.min(entry.least, value)
    entry.most = Math.max(entry.most, value)
  })
  return {
    sparse: seen
      .filter(({ outcomes }) => outcomes < LITTLE_EVIDENCE)
      .map(({ llm: name, outcomes }) => ({ llm: name, outcomes })),
    constant: seen
      .filter(({ outcomes, least, most }) => outcomes > 1 && least === most)
      .map(({ llm: name, outcomes, least }) => ({ llm: name, score: least, outcomes })),
  }
}

function tally(names: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return Object.fromEntries(counts)
}
