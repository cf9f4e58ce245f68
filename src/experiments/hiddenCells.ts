import { createHash } from 'node:crypto'

import { at, valueAt } from '../numeric/at.js'
import { llmRow, rowsByName } from '../numeric/indices.js'
import type { LlmRow } from '../numeric/indices.js'
import { tally } from '../numeric/tally.js'
import { promptOf } from '../outcomes/outcomes.js'
import type { Outcomes } from '../outcomes/outcomes.js'

/** Source -> LLMs whose outcomes there are hidden from a training. */
export type HiddenCells = ReadonlyMap<string, ReadonlySet<LlmRow>>

/** One cell in this many is hidden in a fold. */
const ONE_IN = 3n

/** Training outcomes of an LLM in a source from which on they say enough to be hidden and predicted. */
const MIN_OUTCOMES = 20

/** The same in a source with fewer than twice as many training prompts, such as nine tasks with unit tests. */
const MIN_OUTCOMES_OF_FEW = 5

/** Training outcomes that an LLM must keep: of one that keeps none nothing can be predicted. */
const MIN_KEPT = 30

/** With one hidden LLM in a source, nothing says whether the hidden ones are in the right order. */
const MIN_HIDDEN = 2

/**
 * The cells (LLM x source) to hide in a fold, drawn by a hash of the names: the same on every machine, whatever else the data
 * has.
 * @param outcomes with splits
 */
export function hiddenCells(outcomes: Outcomes, fold: number): HiddenCells {
  const { llms } = outcomes
  const sizes = cellSizes(outcomes)
  const sources = [...new Set(outcomes.prompts.map(({ source }) => source))].sort()
  const minimum = new Map(sources.map((source) => [source, minOutcomes(outcomes, source)]))
  const hidden = new Map<string, Set<LlmRow>>(sources.map((source) => [source, new Set()]))
  for (const [name, llm] of rowsByName(llms)) {
    const own = sources.flatMap((source) => {
      const size = sizes.get(cellKey(llm, source))
      return size === undefined ? [] : [{ source, size }]
    })
    const drawn = own.filter(
      ({ source, size }) => size >= valueAt(minimum, source) && isDrawn(name, source, fold),
    )
    const kept = own.filter((cell) => !drawn.includes(cell)).reduce((sum, { size }) => sum + size, 0)
    if (kept >= MIN_KEPT) for (const { source } of drawn) valueAt(hidden, source).add(llm)
  }
  return new Map([...hidden].filter(([, llmsOfSource]) => llmsOfSource.size >= MIN_HIDDEN))
}

/** Training outcomes of each LLM in each source, by `cellKey`; only of those that have some. */
function cellSizes(outcomes: Outcomes): Map<string, number> {
  const keys: string[] = []
  outcomes.llm.forEach((llm, i) => {
    const { source, split } = promptOf(outcomes, i)
    if (split === 'train') keys.push(cellKey(llmRow(llm), source))
  })
  return tally(keys)
}

function cellKey(llm: LlmRow, source: string): string {
  return `${llm} ${source}`
}

function minOutcomes({ prompts }: Outcomes, wanted: string): number {
  const size = prompts.filter(({ source, split }) => source === wanted && split === 'train').length
  return size < 2 * MIN_OUTCOMES_OF_FEW ? MIN_OUTCOMES_OF_FEW : MIN_OUTCOMES
}

function isDrawn(llm: string, source: string, fold: number): boolean {
  const hash = createHash('sha1').update(`${llm}|${source}|${fold}`).digest('hex')
  return BigInt(`0x${hash}`) % ONE_IN === 0n
}

/** The LLMs with at least so many training outcomes in the sources that are left. */
export function llmsKnownElsewhere(outcomes: Outcomes, leftOut: ReadonlySet<string>): Set<string> {
  const counts = new Map<string, number>()
  outcomes.llm.forEach((llm, i) => {
    const { source, split } = promptOf(outcomes, i)
    if (split !== 'train' || leftOut.has(source)) return
    const name = at(outcomes.llms, llm)
    const before = counts.get(name)
    counts.set(name, before === undefined ? 1 : before + 1)
  })
  return new Set([...counts].filter(([, n]) => n >= MIN_KEPT).map(([name]) => name))
}
