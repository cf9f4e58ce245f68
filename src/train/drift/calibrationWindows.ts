import { deviationsOf } from '../../calibration/interval.js'
import type { Report } from '../../feedback/report.js'
import { mean, meanWithError } from '../../numeric/mean.js'

/** Outcomes of a window at least, and windows at most. */
const MIN_OUTCOMES = 50
const MAX_WINDOWS = 10

/** Outcomes that came one after the other, with the probabilities that were given for them. */
export interface CalibrationWindow {
  from: string
  to: string
  outcomes: number
  /** Means. */
  probability: number
  score: number
  /** Of score - probability: ends of an interval that all windows keep together to the level asked for. */
  low: number
  high: number
}

/**
 * @param reports in the order in which they came
 * @param level of all intervals together, in (0, 1)
 * @returns none if there are too few for one window.
 */
export function calibrationWindows(
  reports: readonly Pick<Report, 'at' | 'probability' | 'score'>[],
  level: number,
): CalibrationWindow[] {
  const n = reports.length
  const windows = Math.min(MAX_WINDOWS, Math.floor(n / MIN_OUTCOMES))
  // By Bonferroni.
  const deviations = windows === 0 ? 0 : deviationsOf(1 - (1 - level) / windows)
  return Array.from({ length: windows }, (_, w) => {
    const own = reports.slice(Math.round((w * n) / windows), Math.round(((w + 1) * n) / windows))
    const excess = meanWithError(own.map(({ score, probability }) => score - probability))
    const times = own.map(({ at }) => at)
    return {
      from: times.reduce((a, b) => (a < b ? a : b)),
      to: times.reduce((a, b) => (a > b ? a : b)),
      outcomes: own.length,
      probability: mean(own.map(({ probability }) => probability)),
      score: mean(own.map(({ score }) => score)),
      low: excess.mean - deviations * excess.standardError,
      high: excess.mean + deviations * excess.standardError,
    }
  })
}
