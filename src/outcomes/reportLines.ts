import { LITTLE_EVIDENCE } from './checkJudgedData.js'
import type { DataReport } from './checkJudgedData.js'

/** Names in one line of the report; a thousand of them would hide the others. */
const MAX_NAMES_SHOWN = 8

/** The report as the terminal shows it: what there is, then a line for each weakness. */
export function linesOf(report: DataReport): string[] {
  const { prompts, llms, outcomes, comparisons, density } = report
  return [
    `${count(prompts, 'prompt')}, ${count(llms, 'LLM')}, ${count(outcomes, 'outcome')} ` +
      `(${(100 * density).toFixed(1)} % of all pairs), ${count(comparisons, 'comparison')}`,
    `splits: ${tallyOf(report.splits)}`,
    `sources: ${tallyOf(report.sources)}`,
    ...cleaningLines(report),
    ...weaknessLines(report),
  ]
}

function cleaningLines({ cleaning }: DataReport): string[] {
  if (cleaning === undefined) return []
  const { repeatedRows, averagedOutcomes, changedSplits, clippedScores } = cleaning
  const lines: string[] = []
  if (repeatedRows > 0) {
    const averaged = count(averagedOutcomes, 'outcome')
    lines.push(`${count(repeatedRows, 'row')} of a prompt seen before: merged, ${averaged} averaged`)
  }
  if (changedSplits > 0) {
    lines.push(`${count(changedSplits, 'row')} with another split than before: the first one counts`)
  }
  if (clippedScores > 0) lines.push(`${count(clippedScores, 'score')} slightly outside [0, 1]: clipped`)
  return lines
}

function weaknessLines(report: DataReport): string[] {
  const { repeatedComparisons, components, judgedOnce, unjudged } = report
  const [, ...others] = components
  const lines = weakLlmLines(report)
  if (repeatedComparisons > 0) {
    lines.push(`${count(repeatedComparisons, 'comparison')} like one before: each of them counts`)
  }
  if (others.length > 0) {
    lines.push(
      `LLMs fall into ${components.length} connected components that share no prompt; apart from the largest:`,
      ...others.map((component) => `  ${listOf(component)}`),
    )
  }
  if (judgedOnce > 0) lines.push(`${count(judgedOnce, 'prompt')} judged with one LLM only`)
  if (unjudged > 0) lines.push(`${count(unjudged, 'prompt')} without outcome and comparison`)
  return lines
}

function weakLlmLines({ sparse, constant, oneSided }: DataReport): string[] {
  const linesFor = (what: string, llms: readonly string[]) =>
    llms.length > 0 ? [`${count(llms.length, 'LLM')} with ${what}: ${listOf(llms)}`] : []
  return [
    ...linesFor(
      `fewer than ${LITTLE_EVIDENCE} outcomes and comparisons`,
      sparse.map(({ llm, outcomes, comparisons }) => `${llm} (${outcomes + comparisons})`),
    ),
    ...linesFor(
      'the same score everywhere',
      constant.map(({ llm, score }) => `${llm} (${score})`),
    ),
    ...linesFor(
      'the same verdict in all comparisons',
      oneSided.map(({ llm, won, comparisons }) => `${llm} (${won ? 'won' : 'lost'} ${comparisons})`),
    ),
  ]
}

function count(number: number, noun: string): string {
  return `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`
}

function tallyOf(counts: Record<string, number>): string {
  return listOf(
    Object.entries(counts).map(([name, number]) => `${name || '(not given)'} ${number.toLocaleString('en')}`),
  )
}

/** Names in one line, the first few of many. */
export function listOf(names: readonly string[]): string {
  const more = names.length - MAX_NAMES_SHOWN
  return names.slice(0, MAX_NAMES_SHOWN).join(', ') + (more > 0 ? ` and ${more} more` : '')
}
