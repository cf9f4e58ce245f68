import { LITTLE_EVIDENCE } from './checkJudgedData.js'
import type { DataReport } from './checkJudgedData.js'

/** Names in one line of the report; a thousand of them would hide the rest. */
const NAMES_SHOWN = 8

/** The report as the terminal shows it: what there is, then a line for each weakness. */
export function linesOf(report: DataReport): string[] {
  const { prompts, llms, outcomes, comparisons, density } = report
  return [
    `${count(prompts, 'prompt')}, ${count(llms, 'LLM')}, ${count(outcomes, 'outcome')} ` +
      `(${(100 * density).toFixed(1)} % of all pairs), ${count(comparisons, 'comparison')}`,
    `splits: ${tallyOf(report.splits)}`,
    `sources: ${tallyOf(report.sources)}`,
    ...repairLines(report),
    ...weaknessLines(report),
  ]
}

function repairLines({ repairs }: DataReport): string[] {
  if (repairs === undefined) return []
  const { repeatedRows, averagedOutcomes, changedSplits, clippedScores } = repairs
  return [
    ...(repeatedRows > 0
      ? [
          `${count(repeatedRows, 'row')} of a prompt seen before: merged, ${count(averagedOutcomes, 'outcome')} averaged`,
        ]
      : []),
    ...(changedSplits > 0
      ? [`${count(changedSplits, 'row')} with another split than before: the first one counts`]
      : []),
    ...(clippedScores > 0 ? [`${count(clippedScores, 'score')} a little outside [0, 1]: clipped`] : []),
  ]
}

function weaknessLines(report: DataReport): string[] {
  const { sparse, constant, oneSided, repeatedComparisons, blocks, judgedOnce, unjudged } = report
  const [, ...others] = blocks
  return [
    ...(sparse.length > 0
      ? [
          `${count(sparse.length, 'LLM')} with fewer than ${LITTLE_EVIDENCE} outcomes and comparisons: ` +
            listOf(sparse.map(({ llm, outcomes, comparisons }) => `${llm} (${outcomes + comparisons})`)),
        ]
      : []),
    ...(constant.length > 0
      ? [
          `${count(constant.length, 'LLM')} with the same score everywhere: ` +
            listOf(constant.map(({ llm, score }) => `${llm} (${score})`)),
        ]
      : []),
    ...(oneSided.length > 0
      ? [
          `${count(oneSided.length, 'LLM')} with the same verdict in all comparisons: ` +
            listOf(
              oneSided.map(({ llm, won, comparisons }) => `${llm} (${won ? 'won' : 'lost'} ${comparisons})`),
            ),
        ]
      : []),
    ...(repeatedComparisons > 0
      ? [`${count(repeatedComparisons, 'comparison')} like one before: each of them counts`]
      : []),
    ...(others.length > 0
      ? [`LLMs fall into ${blocks.length} blocks that share no prompt; beside the largest:`]
      : []),
    ...others.map((block) => `  ${listOf(block)}`),
    ...(judgedOnce > 0 ? [`${count(judgedOnce, 'prompt')} judged with one LLM only`] : []),
    ...(unjudged > 0 ? [`${count(unjudged, 'prompt')} without outcome and comparison`] : []),
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
  const more = names.length - NAMES_SHOWN
  return names.slice(0, NAMES_SHOWN).join(', ') + (more > 0 ? ` and ${more} more` : '')
}
