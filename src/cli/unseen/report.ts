import type { DevReport } from '../../experiments/devSplit.js'
import type { UnseenCategoriesReport } from '../../experiments/unseenCategories.js'
import type { SourceMean } from '../../experiments/sourceMeans.js'
import type { UnseenLlmResult } from '../../experiments/unseenLlms.js'
import type { UnseenBlocksReport } from '../../experiments/unseenBlocks.js'
import type { UnseenSourcesReport } from '../../experiments/unseenSources.js'

export function linesOfDev({ prompts, metrics }: DevReport): string[] {
  return [`dev split, ${prompts} prompts:`, ...metrics.map(lineOfMean)]
}

export function linesOfBlocks({ cells, metrics }: UnseenBlocksReport): string[] {
  return [`unseen blocks (LLM x source), ${cells} of them, means over sources:`, ...metrics.map(lineOfMean)]
}

export function linesOfSources({ sources, metrics, routed }: UnseenSourcesReport): string[] {
  return [
    `unseen sources, ${sources.length} of them, means over sources:`,
    ...metrics.map(lineOfMean),
    '  routed, source by source, and with the best constant of the training data:',
    ...routed.map(
      ({ source, recipe, constant }) => `    ${source}: ${recipe.toFixed(3)}, ${constant.toFixed(3)}`,
    ),
  ]
}

/** The difference to the first system, with its 95 % intervals over units (cells or prompts) and over sources. */
function lineOfMean({ metric, system, value, difference }: SourceMean): string {
  const line = `  ${metric}, ${system}: ${value.toFixed(4)}`
  if (difference === undefined) return line
  const range = ([low, high]: readonly [number, number]) => `${signed(low)} to ${signed(high)}`
  const { overUnits, overSources } = difference
  return `${line} (${signed(difference.value)}; over units ${range(overUnits)}, over sources ${range(overSources)})`
}

function signed(value: number): string {
  return `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(4)}`
}

export function linesOfCategories({ prompts, outcomes, metrics }: UnseenCategoriesReport): string[] {
  return [`unseen categories, ${prompts} prompts and ${outcomes} outcomes:`, ...metrics.map(lineOfMean)]
}

/** @param count LLMs that were left out */
export function linesOfLlms(count: number, results: readonly UnseenLlmResult[]): string[] {
  return [
    `${count} LLMs left out of training, added from n outcomes each:`,
    ...results.map(
      ({ size, logLoss, pairs }) =>
        `  n = ${size}: log loss ${logLoss.toFixed(4)}, pairs with known LLMs ${pairs.toFixed(4)}`,
    ),
  ]
}
