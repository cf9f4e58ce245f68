import type { Outcomes } from '../outcomes/outcomes.js'

/** Some of the outcomes of a file. */
export interface Selected {
  /** With the same `llms` as before, and only the prompts that are left. */
  outcomes: Outcomes
  /** [P], where each prompt stood before. */
  rows: Int32Array
  /** [N], where each outcome stood before. */
  places: Int32Array
}

/** The outcomes that `keep` says yes to, in the same order, and the prompts they are on. */
export function selectOutcomes(all: Outcomes, keep: (i: number) => boolean): Selected {
  const places = Int32Array.from(all.prompt.keys()).filter(keep)
  const pick = (values: Int32Array) => Int32Array.from(places, (i) => values[i] ?? 0)
  const old = pick(all.prompt)
  const rows = old.filter((p, i) => i === 0 || old[i - 1] !== p)
  let place = -1
  const prompt = old.map((p, i) => (i === 0 || old[i - 1] !== p ? ++place : place))
  const prompts = Array.from(rows, (p) => all.prompts[p]).filter((found) => found !== undefined)
  const score = Float32Array.from(places, (i) => all.score[i] ?? 0)
  return { outcomes: { prompts, llms: all.llms, prompt, llm: pick(all.llm), score }, rows, places }
}

/** The outcomes of one split. */
export function outcomesOfSplit(all: Outcomes, split: string): Selected {
  return selectOutcomes(all, (i) => all.prompts[all.prompt[i] ?? -1]?.split === split)
}
