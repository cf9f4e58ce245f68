import { fillBlock } from './blocks.js'
import { choicesTable, curvesTable, decisionsSchema, thresholdTable } from './decisionTables.js'
import type { DecisionsFile } from './decisionTables.js'
import {
  differenceTable,
  evaluationSchema,
  jointTable,
  lengthTables,
  overallTable,
  qualityTable,
  routingTable,
  sourceTable,
} from './tables.js'
import type { EvaluationFile } from './tables.js'
import {
  boundTable,
  encodersSchema,
  guardTable,
  sourcesSchema,
  unseenBlocksTable,
  unseenDevTable,
  unseenRoutedTable,
  unseenSchema,
  unseenSourcesTable,
  unseenTable,
} from './unseenTables.js'
import type { EncodersFile, SourcesFile, UnseenFile } from './unseenTables.js'

/** What `docs/quality` has. */
export interface QualityFiles {
  evaluation: EvaluationFile
  encoders: EncodersFile
  sources: SourcesFile
  unseen: UnseenFile
  decisions: DecisionsFile
}

type Table = (files: QualityFiles) => string[]

/** Page -> its generated blocks. */
export const PAGES: ReadonlyMap<string, Readonly<Record<string, Table>>> = new Map<
  string,
  Record<string, Table>
>([
  ['README.md', { quality: ({ evaluation }) => qualityTable(evaluation) }],
  [
    'docs/quality.md',
    {
      overall: ({ evaluation }) => overallTable(evaluation),
      differences: ({ evaluation }) => differenceTable(evaluation),
      sources: ({ evaluation }) => sourceTable(evaluation),
      routing: ({ evaluation }) => routingTable(evaluation),
      joint: ({ evaluation }) => jointTable(evaluation),
      lengths: ({ evaluation }) => lengthTables(evaluation),
      'encoders dev': ({ encoders }) => unseenDevTable(encoders),
      'encoders blocks': ({ encoders }) => unseenBlocksTable(encoders),
      'encoders sources': ({ encoders }) => unseenSourcesTable(encoders),
      'routed by source': ({ encoders }) => unseenRoutedTable(encoders),
      unseen: ({ unseen }) => unseenTable(unseen),
      guard: ({ sources }) => guardTable(sources),
      familiarity: ({ sources }) => boundTable(sources, 'familiarity'),
      choices: ({ decisions }) => choicesTable(decisions),
      curves: ({ decisions }) => curvesTable(decisions),
      threshold: ({ decisions }) => thresholdTable(decisions),
      evidence: ({ sources }) => boundTable(sources, 'evidence'),
    },
  ],
])

/** @param read gives the text of a file of `docs/quality` */
export async function readQuality(read: (file: string) => Promise<string>): Promise<QualityFiles> {
  const parsed = async (file: string) => JSON.parse(await read(file)) as unknown
  return {
    evaluation: evaluationSchema.parse(await parsed('evaluation.json')),
    encoders: encodersSchema.parse(await parsed('encoders.json')),
    sources: sourcesSchema.parse(await parsed('sources.json')),
    unseen: unseenSchema.parse(await parsed('unseen.json')),
    decisions: decisionsSchema.parse(await parsed('decisions.json')),
  }
}

/** A page with its blocks replaced. */
export function fillPage(text: string, blocks: Readonly<Record<string, Table>>, files: QualityFiles): string {
  return Object.entries(blocks).reduce((page, [name, table]) => fillBlock(page, name, table(files)), text)
}
