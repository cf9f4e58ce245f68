import { LLimitError, quote } from '../errors.js'
import { at, valueAt } from '../numeric/at.js'
import type { LlmRow, PromptIndex } from '../numeric/indices.js'
import { filterJudgments } from './filterJudgments.js'
import { filterLlms } from './filterLlms.js'
import { llmOf, promptOf } from './outcomes.js'
import type { JudgedData } from './outcomes.js'

export interface Exclusion {
  /** Their prompts are left out, with everything that is said of them. */
  sources: readonly string[]
  llms: readonly string[]
  /** LLMs whose outcomes and comparisons in one source are left out, as `<llm>@<source>`. */
  blocks: readonly string[]
}

/**
 * The data without some sources, some LLMs, and some LLMs in one source.
 * @throws LLimitError INVALID_ARGUMENT if the data does not have one of them: a name that is mistyped would be trained on.
 */
export function exclude<D extends JudgedData>(data: D, { sources, llms, blocks }: Exclusion): D {
  const { outcomes } = data
  assertKnown('source', sources, new Set(outcomes.prompts.map(({ source }) => source)))
  assertKnown('LLM', llms, new Set(outcomes.llms))
  assertKnown('block', blocks, judgedBlocks(data))
  const isKept = (llm: LlmRow, prompt: PromptIndex) =>
    !blocks.includes(blockOf(at(outcomes.llms, llm), at(outcomes.prompts, prompt).source))
  const unblocked = blocks.length === 0 ? data : filterJudgments(data, isKept)
  const left = filterLlms(unblocked, new Set(outcomes.llms.filter((name) => !llms.includes(name))))
  return sources.length === 0 ? left : withoutSources(left, new Set(sources))
}

function blockOf(llm: string, source: string): string {
  return `${llm}@${source}`
}

function judgedBlocks({ outcomes }: JudgedData): Set<string> {
  return new Set(
    Array.from(outcomes.llm.keys(), (i) => blockOf(llmOf(outcomes, i), promptOf(outcomes, i).source)),
  )
}

function withoutSources<D extends JudgedData>(data: D, sources: ReadonlySet<string>): D {
  const { prompts } = data.outcomes
  const kept = prompts.flatMap(({ source }, p) => (sources.has(source) ? [] : [p]))
  /** Index before -> index now. */
  const places = new Map(kept.map((p, place) => [p, place]))
  const { outcomes, comparisons } = filterJudgments(data, (_, prompt) => places.has(prompt))
  const renumber = (old: Int32Array) => old.map((p) => valueAt(places, p))
  return {
    ...data,
    outcomes: {
      ...outcomes,
      prompts: kept.map((p) => at(prompts, p)),
      prompt: renumber(outcomes.prompt),
    },
    comparisons: { ...comparisons, prompt: renumber(comparisons.prompt) },
  }
}

function assertKnown(kind: string, excluded: readonly string[], known: ReadonlySet<string>): void {
  const unknown = excluded.filter((name) => !known.has(name))
  if (unknown.length === 0) return
  throw new LLimitError(
    'INVALID_ARGUMENT',
    `expected to exclude ${kind}s of the data, got ${unknown.map(quote).join(', ')}, which it does not have`,
  )
}
