import { writeFile } from 'node:fs/promises'
import path from 'node:path'

import { makeFolder } from '../../makeFolder.js'
import { pageOf } from '../../report/page.js'
import type { Report } from '../../report/page.js'

const REPORT_FILE = 'report.html'

/** What the help says of --report. */
export const REPORT = 'write one page with everything: a name that ends in .html, or a folder for report.html'

/**
 * Writes a report as one HTML file.
 * @param where a name that ends in .html, or a folder, which is made if it is not there
 * @returns the file
 */
export async function writePage(where: string, report: Report): Promise<string> {
  const file = where.endsWith('.html') ? where : path.join(where, REPORT_FILE)
  await makeFolder(path.dirname(file))
  await writeFile(file, pageOf(report))
  return file
}
