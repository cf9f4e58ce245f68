import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

import { PAGES, fillPage } from './docs/pages.js'
import { evaluationSchema } from './docs/tables.js'

/** Compiled scripts are in dist/scripts, two folders below the root. */
const ROOT = fileURLToPath(new URL('../..', import.meta.url))

const json = await readFile(path.join(ROOT, 'docs/quality/evaluation.json'), 'utf8')
const evaluation = evaluationSchema.parse(JSON.parse(json))
for (const [page, blocks] of PAGES) {
  const file = path.join(ROOT, page)
  await writeFile(file, fillPage(await readFile(file, 'utf8'), blocks, evaluation))
}
