import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

import { fillPage, PAGES, readQuality } from './docs/pages.js'

/** Compiled scripts are in dist/scripts, two folders below the root. */
const ROOT = fileURLToPath(new URL('../..', import.meta.url))

const files = await readQuality((file) => readFile(path.join(ROOT, 'docs/quality', file), 'utf8'))
for (const [page, blocks] of PAGES) {
  const file = path.join(ROOT, page)
  await writeFile(file, fillPage(await readFile(file, 'utf8'), blocks, files))
}
