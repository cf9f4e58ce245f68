import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'

import { format, resolveConfig } from 'prettier'

import type { Results } from '../results.js'
import { renderMarkdown } from './markdown.js'
import { renderSvg } from './svg.js'

/**
 * Writes performance.md, performance.json and performance.svg, formatted as the repository's files are.
 * @returns the files written
 */
export async function writeReport(directory: string, results: Results): Promise<string[]> {
  await mkdir(directory, { recursive: true })
  const contents = {
    'performance.md': renderMarkdown(results),
    'performance.json': JSON.stringify(results),
    'performance.svg': renderSvg(results),
  }
  const files: string[] = []
  for (const [name, content] of Object.entries(contents)) {
    const file = path.join(directory, name)
    await writeFile(file, name.endsWith('.svg') ? content : await formatted(file, content))
    files.push(file)
  }
  return files
}

async function formatted(filepath: string, content: string): Promise<string> {
  return format(content, { ...(await resolveConfig(filepath)), filepath })
}
