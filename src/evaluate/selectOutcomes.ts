import { at } from '../numeric/at.js'
import { pickTokens } from '../outcomes/filterJudgments.js'
import { promptOf } from '../outcomes/outcomes.js'
import type { Outcomes } from '../outcomes/outcomes.js'

/** Some of the outcomes of a file. */
export interface SelectedOutcomes {
  /** With the same `llms` as before, and only the prompts that are left. */
  outcomes: Outcomes
  /** [N], where each outcome was before. */
  places: Int32Array
}

/** The outcomes that `keep` says yes to, in the same order, and the prompts they are on. */
export function selectOutcomes(all: Outcomes, keep: (i: number) => boolean): SelectedOutcomes {
  const places = Int32Array.from(all.prompt.keys()).filter(keep)
  const oldPrompt = places.map((i) => at(all.prompt, i))
  const isFirst = (i: number) => i === 0 || at(oldPrompt, i - 1) !== at(oldPrompt, i)
  const prompts = Array.from(
    oldPrompt.filter((_, i) => isFirst(i)),
    (p) => at(all.prompts, p),
  )
  let newPrompt = -1
  const outcomes = {
    prompts,
    llms: all.llms,
    prompt: oldPrompt.map((_, i) => (isFirst(i) ? ++newPrompt : newPrompt)),
    llm: places.map((i) => at(all.llm, i)),
    score: Float32Array.from(places, (i) => at(all.score, i)),
    ...pickTokens(all, places),
  }
  return { outcomes, places }
}

/** The outcomes of one split. */
export function outcomesOfSplit(all: Outcomes, split: string): SelectedOutcomes {
  return selectOutcomes(all, (i) => promptOf(all, i).split === split)
}
