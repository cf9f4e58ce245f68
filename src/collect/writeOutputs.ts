import { createWriteStream } from 'node:fs'
import { rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

import type { Grading } from './grading.js'
import type { Log } from './log.js'
import { comparisonRows, outcomeRows } from './outcomeRows.js'
import type { Task } from './task.js'

/** Written again as wholes at each end, from the log. */
export const OUTCOMES_FILE = 'outcomes.jsonl'
export const COMPARISONS_FILE = 'comparisons.jsonl'
const SUMMARY_FILE = 'summary.json'

/**
 * Writes what the log has of the tasks as files of outcomes and of comparisons. A file that would be empty is not there.
 * @returns lines of each file that was written
 */
export async function writeOutputs(
  folder: string,
  { log, grading, tasks }: { log: Log; grading: Grading; tasks: readonly Task[] },
): Promise<Map<string, number>> {
  const written = new Map<string, number>()
  const files = [
    [OUTCOMES_FILE, outcomeRows(log, grading, tasks)],
    [COMPARISONS_FILE, comparisonRows(log, grading, tasks)],
  ] as const
  for (const [name, rows] of files) {
    const file = path.join(folder, name)
    const lines = await writeLines(`${file}.part`, rows)
    if (lines > 0) {
      await rename(`${file}.part`, file)
      written.set(name, lines)
    } else {
      await Promise.all([rm(`${file}.part`), rm(file, { force: true })])
    }
  }
  return written
}

export async function writeSummary(folder: string, summary: object): Promise<void> {
  await writeFile(path.join(folder, SUMMARY_FILE), `${JSON.stringify(summary, undefined, 1)}\n`)
}

async function writeLines(file: string, rows: Iterable<object>): Promise<number> {
  let lines = 0
  function* texts() {
    for (const row of rows) {
      lines++
      yield `${JSON.stringify(row)}\n`
    }
  }
  await pipeline(Readable.from(texts()), createWriteStream(file))
  return lines
}
