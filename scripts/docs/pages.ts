import { fillBlock } from './blocks.js'
import {
  differenceTable,
  jointTable,
  overallTable,
  qualityTable,
  routingTable,
  sourceTable,
} from './tables.js'
import type { EvaluationFile } from './tables.js'

type Table = (evaluation: EvaluationFile) => string[]

/** Page -> its generated blocks. */
export const PAGES: ReadonlyMap<string, Readonly<Record<string, Table>>> = new Map([
  ['README.md', { quality: qualityTable }],
  [
    'docs/quality.md',
    {
      overall: overallTable,
      differences: differenceTable,
      sources: sourceTable,
      routing: routingTable,
      joint: jointTable,
    },
  ],
])

/** A page with its blocks replaced. */
export function fillPage(
  text: string,
  blocks: Readonly<Record<string, Table>>,
  evaluation: EvaluationFile,
): string {
  return Object.entries(blocks).reduce(
    (page, [name, table]) => fillBlock(page, name, table(evaluation)),
    text,
  )
}
