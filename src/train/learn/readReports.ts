import type { Card } from '../../card.js'
import { linesIn } from '../../feedback/logFiles.js'
import { identityOfFeatures, parseReport } from '../../feedback/report.js'
import type { Report } from '../../feedback/report.js'
import { featureCount } from '../../features/features.js'
import { valueAt } from '../../numeric/at.js'

/** Why a line of a log is not learned from. */
const REASONS = ['cut off', 'reported before', 'another encoder', 'other features', 'unknown LLM'] as const
type SkipReason = (typeof REASONS)[number]

export interface ReadReports {
  /** Each id once, the first. */
  reports: Report[]
  /** Lines that are left out. */
  skipped: ReadonlyMap<SkipReason, number>
}

/**
 * Reads what was reported and can be learned from: embeddings and features must be those of the saved model.
 * @param folder with the logs
 * @param encoder identity of the encoder of the saved model
 */
export async function readReports(folder: string, card: Card, encoder: string): Promise<ReadReports> {
  const features = identityOfFeatures(card.features)
  const width = featureCount(card.features.version)
  const known = new Set(card.llms)
  const ids = new Set<string>()
  const reports: Report[] = []
  const skipped = new Map<SkipReason, number>(REASONS.map((reason) => [reason, 0]))
  const faultOf = (report: Report | undefined): SkipReason | undefined => {
    if (report === undefined) return 'cut off'
    if (ids.has(report.id)) return 'reported before'
    if (report.encoder !== encoder || report.embedding.length !== card.encoder.dimension)
      return 'another encoder'
    if (report.feature_spec !== features || report.features.length !== width) return 'other features'
    return known.has(report.llm) ? undefined : 'unknown LLM'
  }
  for await (const line of linesIn(folder)) {
    const report = parseReport(line)
    const fault = faultOf(report)
    if (fault === undefined && report !== undefined) reports.push(report)
    else if (fault !== undefined) skipped.set(fault, valueAt(skipped, fault) + 1)
    if (report !== undefined) ids.add(report.id)
  }
  return { reports, skipped: new Map([...skipped].filter(([, lines]) => lines > 0)) }
}
