import { at } from '../numeric/at.js'
import { tally } from '../numeric/tally.js'
import { connectedComponents } from './connectedComponents.js'
import type { CleaningReport } from './judgedDataBuilder.js'
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
  /** Split -> prompts; '' if the file does not say. */
  splits: Record<string, number>
  /** Source -> prompts */
  sources: Record<string, number>
  /** What was corrected while reading, if that is known. */
  cleaning?: CleaningReport
  /** Comparisons of the same two LLMs on the same prompt with the same verdict as one before. */
  repeatedComparisons: number
  /** LLMs with fewer than LITTLE_EVIDENCE outcomes and comparisons. */
  sparse: { llm: string; outcomes: number; comparisons: number }[]
  /** LLMs that won all of their comparisons, or lost all: two at least. */
  oneSided: { llm: string; won: boolean; comparisons: number }[]
  /** LLMs whose outcomes, two at least, are all the same. */
  constant: { llm: string; score: number; outcomes: number }[]
  /** Groups of LLMs that share no prompt with any other group, the largest first; one group is as it should be. */
  components: string[][]
  /** Prompts with an outcome of one LLM and no comparison: they say nothing of who is better. */
  judgedOnce: number
  /** Prompts with neither an outcome nor a comparison. */
  unjudged: number
}

/** Looks through the data for what makes it weak. Nothing is rejected: it is for the user to judge what is found. */
export function checkJudgedData(data: JudgedData & { cleaning?: CleaningReport }): DataReport {
  const { outcomes, comparisons, cleaning } = data
  const { prompts, llms, prompt, score } = outcomes
  const perPrompt = new Uint32Array(prompts.length)
  for (const p of prompt) perPrompt[p] = at(perPrompt, p) + 1
  const comparedPrompts = new Set(comparisons.prompt)
  const judgedBy = (count: number) =>
    perPrompt.reduce((sum, value, p) => sum + (value === count && !comparedPrompts.has(p) ? 1 : 0), 0)
  return {
    prompts: prompts.length,
    llms: llms.length,
    outcomes: score.length,
    comparisons: comparisons.prompt.length,
    density: score.length / Math.max(1, prompts.length * llms.length),
    splits: Object.fromEntries(tally(prompts.map(({ split }) => split))),
    sources: Object.fromEntries(tally(prompts.map(({ source }) => source))),
    ...(cleaning === undefined ? {} : { cleaning }),
    repeatedComparisons: repeatsOf(comparisons),
    ...weakLlms(data),
    components: connectedComponents(data).map((component) => component.map((llm) => at(llms, llm))),
    judgedOnce: judgedBy(1),
    unjudged: judgedBy(0),
  }
}

function weakLlms(data: JudgedData): Pick<DataReport, 'sparse' | 'constant' | 'oneSided'> {
  const { llms, llm, score } = data.outcomes
  const judged = llms.map((name) => ({ llm: name, outcomes: 0, lowest: Infinity, highest: -Infinity }))
  score.forEach((value, i) => {
    const entry = at(judged, at(llm, i))
    entry.outcomes++
    entry.lowest = Math.min(entry.lowest, value)
    entry.highest = Math.max(entry.highest, value)
  })
  const compared = comparedLlms(data)
  return {
    sparse: judged
      .map(({ llm: name, outcomes }, m) => ({
        llm: name,
        outcomes,
        comparisons: at(compared, m).comparisons,
      }))
      .filter(({ outcomes, comparisons }) => outcomes + comparisons < LITTLE_EVIDENCE),
    constant: judged
      .filter(({ outcomes, lowest, highest }) => outcomes > 1 && lowest === highest)
      .map(({ llm: name, outcomes, lowest }) => ({ llm: name, score: lowest, outcomes })),
    oneSided: compared
      .filter(({ wins, comparisons }) => comparisons > 1 && (wins === 0 || wins === comparisons))
      .map(({ llm: name, wins, comparisons }) => ({ llm: name, won: wins > 0, comparisons })),
  }
}

/** [M] comparisons of each LLM and what it won of them; a tie is half. */
function comparedLlms({ outcomes: { llms }, comparisons: { a, b, preference } }: JudgedData) {
  const compared = llms.map((llm) => ({ llm, comparisons: 0, wins: 0 }))
  const count = (row: number, won: number) => {
    const entry = at(compared, row)
    entry.comparisons++
    entry.wins += won
  }
  preference.forEach((value, i) => {
    count(at(a, i), value)
    count(at(b, i), 1 - value)
  })
  return compared
}

function repeatsOf({ prompt, a, b, preference }: JudgedData['comparisons']): number {
  const verdicts = Array.from(prompt, (p, i) => {
    const [first, second, value] = [at(a, i), at(b, i), at(preference, i)]
    return (first < second ? [p, first, second, value] : [p, second, first, 1 - value]).join()
  })
  return verdicts.length - new Set(verdicts).size
}
