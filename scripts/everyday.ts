import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

import { readConfig } from '../src/config/config.js'
import { createLogger } from '../src/log.js'
import { everydayPage } from './everyday/page.js'
import { openService } from '../src/wiring.js'

/** Compiled scripts are in dist/scripts, two folders below the root. */
const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** `npm run everyday -- --model dense_network/default --saved-models saved_models --out docs/quality/everyday.md` */
const { values } = parseArgs({
  options: {
    model: { type: 'string', default: 'dense_network/default' },
    'saved-models': { type: 'string', default: path.join(ROOT, 'saved_models') },
    out: { type: 'string', default: path.join(ROOT, 'docs/quality/everyday.md') },
  },
})

const text = await readFile(path.join(ROOT, 'scripts/everyday/prompts.txt'), 'utf8')
const prompts = text.trim().split('\n')
const config = readConfig({ savedModels: values['saved-models'] })
const service = await openService(config, createLogger('error'))
try {
  const { selection } = service
  const { llms } = await selection.describeModel(values.model)
  const scored = await selection.inferWithDetails({ model: values.model, llms, prompts, batchSize: 128 })
  await writeFile(values.out, everydayPage(values.model, prompts, scored))
} finally {
  await service.close()
}
