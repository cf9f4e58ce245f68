import type { CarefulChoices } from '../../experiments/carefulChoices.js'
import type { DevReport } from '../../experiments/devSplit.js'
import type { UnseenCategoriesReport } from '../../experiments/unseenCategories.js'
import type { SourceMean } from '../../experiments/sourceMeans.js'
import type { UnseenLlmResult } from '../../experiments/unseenLlms.js'
import type { UnseenBlocksReport } from '../../experiments/unseenBlocks.js'
import type { UnseenSourcesReport } from '../../experiments/unseenSources.js'
import type { Estimate } from '../../metrics/bootstrap.js'

export function linesOfDev({ prompts, metrics }: DevReport): string[] {
  return [`dev split, ${prompts} prompts:`, ...metrics.map(lineOfMean)]
}

export function linesOfBlocks({ cells, metrics }: UnseenBlocksReport): string[] {
  return [`unseen blocks (LLM x source), ${cells} of them, means over sources:`, ...metrics.map(lineOfMean)]
}

export function linesOfSources({ sources, metrics, routed, careful }: UnseenSourcesReport): string[] {
  return [
    `unseen sources, ${sources.length} of them, means over sources:`,
    ...metrics.map(lineOfMean),
    '  routed, source by source, and with the best constant of the training data:',
    ...routed.map(
      ({ source, recipe, constant }) => `    ${source}: ${recipe.toFixed(3)}, ${constant.toFixed(3)}`,
    ),
    ...linesOfGuard(careful.guard),
    ...(['familiarity', 'evidence'] as const).flatMap((field) => [
      `  gain over the best constant below a bound of ${field}, on unseen sources and on known ones:`,
      ...careful[field].map(
        ({ bound, unseen, known }) => `    ${bound}: ${describeGain(unseen)}; ${describeGain(known)}`,
      ),
    ]),
  ]
}

function linesOfGuard({ z, sources, known }: CarefulChoices['guard']): string[] {
  return [
    `  guard, z = ${z}, less the best constant, with its standard error:`,
    ...sources.map(
      ({ source, prompts, guarded, constant, standardError }) =>
        `    ${source} (${prompts} prompts): ${signed(guarded - constant)} ± ${standardError.toFixed(4)}`,
    ),
    ...(known?.kept === undefined
      ? []
      : [`    of the gain on known sources ${describeEstimate(known.kept)} is kept`]),
  ]
}

function describeGain({ prompts, gain, share }: CarefulChoices['familiarity'][number]['unseen']): string {
  if (gain === undefined) return 'no prompts'
  const part = share === undefined ? '' : `, ${share.toFixed(2)} of the whole gain`
  return `${describeEstimate(gain)} on ${prompts} prompts${part}`
}

function describeEstimate({ value, low, high }: Estimate): string {
  return `${signed(value)} (${signed(low)} to ${signed(high)})`
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
    `${count} LLMs left out of training, added from n outcomes each, by name (and by a name unlike all others):`,
    ...results.map(
      ({ size, named, unnamed }) =>
        `  n = ${size}: log loss ${named.logLoss.toFixed(4)} (${unnamed.logLoss.toFixed(4)}), ` +
        `pairs with known LLMs ${named.pairs.toFixed(4)} (${unnamed.pairs.toFixed(4)})`,
    ),
  ]
}
