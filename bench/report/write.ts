import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'

import { format, resolveConfig } from 'prettier'

import { pageOf } from '../../src/report/page.js'
import type { Results } from '../results.js'
import { renderMarkdown } from './markdown.js'
import { performancePage } from './page.js'
import { renderSvg } from './svg.js'

/**
 * Writes performance.md and performance.json, formatted as the repository's files are, performance.svg and performance.html.
 * @returns the files written
 */
export async function writeReport(directory: string, results: Results): Promise<string[]> {
  await mkdir(directory, { recursive: true })
  const contents = {
    'performance.md': renderMarkdown(results),
    'performance.json': JSON.stringify(results),
    'performance.svg': renderSvg(results),
    'performance.html': pageOf(performancePage(results)),
  }
  const files: string[] = []
  for (const [name, content] of Object.entries(contents)) {
    const file = path.join(directory, name)
    const isForPeople = /\.(md|json)$/.test(name)
    await writeFile(file, isForPeople ? await formatted(file, content) : content)
    files.push(file)
  }
  return files
}

async function formatted(filepath: string, content: string): Promise<string> {
  return format(content, { ...(await resolveConfig(filepath)), filepath })
}
