import type { Report } from '../../feedback/report.js'
import { at } from '../../numeric/at.js'
import { tally } from '../../numeric/tally.js'
import type { LevelChange } from '../learn/levelChange.js'
import { calibrationWindows } from './calibrationWindows.js'
import type { CalibrationWindow } from './calibrationWindows.js'
import { familiarityDrift } from './familiarity.js'
import type { FamiliarityDrift } from './familiarity.js'
import { categoryDrift } from './categories.js'
import type { CategoryDrift } from './categories.js'

/** What a log without drift is called drifted by, in one of the tests. */
const FALSE_ALARMS = 0.05
const TESTS = 3

/** Prompts that are recent, and in all, at least: of fewer nothing is said. */
const MIN_RECENT = 50
const MIN_PROMPTS = 100

/** A population stability index below this is no change worth acting on, however sure it is. */
const MIN_STABILITY = 0.1
/** Nor is a mean score this near to the mean probability. */
const MIN_EXCESS = 0.02

/** A reported prompt, where the saved model places it. */
export interface PlacedReport {
  report: Pick<Report, 'at' | 'model' | 'probability' | 'score' | 'embedding' | 'features'>
  familiarity: number
  /** Category or region. */
  category: string
}

type Finding = 'unfamiliar' | 'categories' | 'calibration' | 'llms'

export interface DriftFound {
  /** Different ones. */
  prompts: number
  /** Undefined with too few prompts to say anything; of the recent ones. */
  familiarity: FamiliarityDrift | undefined
  categories: CategoryDrift | undefined
  /** Of the outcomes under the name of the saved model. */
  windows: CalibrationWindow[]
  /** LLMs that are better or worse than they were, by more than chance and false reports make. */
  moved: LevelChange[]
  /** None if nothing has drifted. */
  findings: Finding[]
  /** Categories of most of the recent prompts that are the least familiar. */
  unfamiliarCategories: string[]
}

interface DriftRequest {
  /** As reports name it. */
  model: string
  /** In any order. */
  reports: readonly PlacedReport[]
  levels: readonly LevelChange[]
  /** Reports from then on are recent; the last fifth of the prompts if it is undefined. */
  since: string | undefined
}

/** Whether what was reported has left what a saved model knows. */
export function findDrift({ model, reports: given, levels, since }: DriftRequest): DriftFound {
  const reports = [...given].sort((a, b) => Date.parse(a.report.at) - Date.parse(b.report.at))
  const prompts = different(reports)
  const isRecent = (place: number) =>
    since === undefined ? place >= 0.8 * prompts.length : at(prompts, place).report.at >= since
  const recent = prompts.filter((_, i) => isRecent(i))
  const isEnough = prompts.length >= MIN_PROMPTS && recent.length >= MIN_RECENT
  const familiarity = isEnough ? familiarityDrift(recent.map((prompt) => prompt.familiarity)) : undefined
  const categories =
    isEnough && prompts.length - recent.length >= MIN_RECENT
      ? categoryDrift(
          prompts.map(({ category }) => category),
          recent.length,
        )
      : undefined
  const own = reports.map(({ report }) => report).filter((report) => report.model === model)
  const windows = calibrationWindows(own, 1 - FALSE_ALARMS / TESTS)
  const moved = levels.filter(({ delta }) => delta !== 0)
  const findings: Finding[] = []
  if (familiarity !== undefined && isUnfamiliar(familiarity)) findings.push('unfamiliar')
  if (categories !== undefined && isClear(categories.stability, categories.pValue))
    findings.push('categories')
  if (windows.some(isOff)) findings.push('calibration')
  if (moved.length > 0) findings.push('llms')
  const unfamiliarCategories = findings.includes('unfamiliar') ? categoriesOf(recent) : []
  return { prompts: prompts.length, familiarity, categories, windows, moved, findings, unfamiliarCategories }
}

/** Whether the mean score of a window is not the mean probability. */
export function isOff({ low, high, score, probability }: CalibrationWindow): boolean {
  return (low > 0 || high < 0) && Math.abs(score - probability) >= MIN_EXCESS
}

/** Prompts that are more familiar than those of the training are no reason to worry. */
function isUnfamiliar({ stability, stabilityPValue, tenths }: FamiliarityDrift): boolean {
  const middle = tenths.reduce((sum, share, i) => sum + share * (i + 0.5), 0) / tenths.length
  return middle < 0.5 && isClear(stability, stabilityPValue)
}

function isClear(stability: number, pValue: number): boolean {
  return stability >= MIN_STABILITY && pValue < FALSE_ALARMS / TESTS
}

/** Each prompt once, when it came first: what comes again says nothing new of how prompts are distributed. */
function different(reports: readonly PlacedReport[]): PlacedReport[] {
  const seen = new Map<string, PlacedReport>()
  for (const one of reports) {
    const { embedding, features } = one.report
    const key = [embedding, features].map(textOf).join(' ')
    if (!seen.has(key)) seen.set(key, one)
  }
  return [...seen.values()]
}

function textOf({ buffer, byteOffset, byteLength }: Float32Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('latin1')
}

/** The categories of half of the prompts that are less familiar than most. */
function categoriesOf(prompts: readonly PlacedReport[]): string[] {
  const strange = prompts.filter(({ familiarity }) => familiarity < 0.5)
  const counts = tally(strange.map(({ category }) => category))
  const categories: string[] = []
  let covered = 0
  for (const [category, count] of [...counts].sort(([, a], [, b]) => b - a)) {
    if (covered >= strange.length / 2) break
    categories.push(category)
    covered += count
  }
  return categories
}
