import { aligned } from '../../evaluate/table.js'
import type { CalibrationWindow } from '../../train/drift/calibrationWindows.js'
import type { FamiliarityDrift } from '../../train/drift/familiarity.js'
import { isOff } from '../../train/drift/findDrift.js'
import type { DriftFound } from '../../train/drift/findDrift.js'
import type { CategoryDrift } from '../../train/drift/categories.js'
import { levelLine } from '../learning/report.js'

const MAX_CATEGORIES = 6

/** What was found, line by line; the last one says what to do. */
export function driftLines(found: DriftFound, commands: { learn: string }): string[] {
  const { prompts, familiarity, categories, windows, moved, findings } = found
  return [
    `${prompts} different prompts`,
    ...(familiarity === undefined ? [] : familiarityLines(familiarity)),
    ...(categories === undefined ? [] : categoryLines(categories, findings.includes('categories'))),
    ...(windows.length === 0 ? [] : windowLines(windows)),
    ...(moved.length === 0 ? [] : ['LLMs that have changed:', ...moved.map((llm) => `  ${levelLine(llm)}`)]),
    '',
    adviceOf(found, commands),
  ]
}

function familiarityLines({
  prompts,
  tenths,
  stability,
  stabilityPValue,
  rare,
  distance,
  pValue,
}: FamiliarityDrift) {
  return [
    `familiarity of the ${prompts} recent ones, by tenths of the held-out prompts of the training (expected: 10 % each):`,
    `  ${tenths.map((share) => percent(share)).join('  ')}`,
    `  stability index ${stability.toFixed(3)} (p ${pOf(stabilityPValue)}), distance ${distance.toFixed(3)} (p ${pOf(pValue)}), below 0.05 ${percent(rare)} (expected: 5 %)`,
  ]
}

function categoryLines(
  { before, recent, stability, pValue, categories }: CategoryDrift,
  isFound: boolean,
): string[] {
  const grown = isFound ? categories.filter(({ change }) => change.low > 0).slice(0, MAX_CATEGORIES) : []
  return [
    `categories of the ${recent} recent prompts and of the ${before} before: stability index ${stability.toFixed(3)} (p ${pOf(pValue)})${isFound ? '' : ', no more than chance'}`,
    ...aligned([
      ['  grown most', 'before', 'recent', 'change (95 %)'],
      ...grown.map(({ category, before: was, recent: is, change }) => [
        `  ${category}`,
        percent(was),
        percent(is),
        `${signed(100 * change.value, 1)} (${signed(100 * change.low, 1)} to ${signed(100 * change.high, 1)})`,
      ]),
    ]).slice(grown.length === 0 ? 1 : 0),
  ]
}

function windowLines(windows: readonly CalibrationWindow[]): string[] {
  return [
    'calibration of the reported outcomes, in the order in which they came (the intervals hold together to 98 %):',
    ...aligned([
      ['  from', 'outcomes', 'probability', 'score', 'difference', ''],
      ...windows.map((window) => {
        const { from, outcomes, probability, score, low, high } = window
        return [
          `  ${from.slice(0, 16).replace('T', ' ')}`,
          String(outcomes),
          probability.toFixed(3),
          score.toFixed(3),
          `${signed(score - probability, 3)} (${signed(low, 3)} to ${signed(high, 3)})`,
          isOff(window) ? 'off' : '',
        ]
      }),
    ]),
  ]
}

function adviceOf(
  { findings, prompts, familiarity, categories, unfamiliarCategories }: DriftFound,
  { learn }: { learn: string },
): string {
  if (findings.includes('unfamiliar')) {
    const named = unfamiliarCategories.slice(0, MAX_CATEGORIES).join(', ')
    const more = unfamiliarCategories.length > MAX_CATEGORIES ? ' and others' : ''
    const what = named === '' ? 'them' : `them (nearest to ${named}${more})`
    const also = findings.includes('llms') ? `; until then ${learn}` : ''
    return `drift: recent prompts are unlike those of the training: collect outcomes on ${what} and train again${also}`
  }
  if (findings.includes('llms')) return `drift: LLMs have changed: ${learn}`
  if (findings.includes('calibration'))
    return `drift: probabilities are off, and no single LLM explains it: train again with recent outcomes`
  if (findings.includes('categories')) {
    const [first] = categories?.categories ?? []
    const most = first === undefined ? '' : `, ${first.category} most`
    return `drift: other categories come now${most}, which are known and calibrated: nothing to do but to collect outcomes on them`
  }
  if (familiarity === undefined)
    return `too few prompts to tell: ${prompts}, of which 50 must be recent; 100 are needed`
  return 'no drift: nothing to do'
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}

function pOf(value: number): string {
  return value < 0.001 ? '< 0.001' : value.toFixed(3)
}

function signed(value: number, digits: number): string {
  return `${value < 0 ? '' : '+'}${value.toFixed(digits)}`
}
