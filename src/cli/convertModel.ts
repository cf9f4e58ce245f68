import path from 'node:path'
import { parseArgs } from 'node:util'

import { readConfig } from '../config.js'
import { convertCheckpoint } from '../convert/convert.js'
import { readCheckpoint } from '../convert/checkpoint.js'
import { LLimitError } from '../errors.js'
import { createLogger } from '../log.js'
import { isSavedModelName } from '../savedModel/names.js'
import { startBackend } from '../tensor/backend.js'
import { openService } from '../wiring.js'
import { checkReference, referenceEncoder } from './reference.js'
import { print, runScript } from './run.js'

const USAGE = `npm run convert-model -- <checkpoint> --name <name> [--out saved_models] [--replace]

Writes a dense_network checkpoint of the original Python system (.pkl, .pt, or .safetensors with its .json beside it)
as the saved model dense_network/<name>, then scores the card's reference prompts with what was written.`

await runScript(USAGE, async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      name: { type: 'string' },
      out: { type: 'string' },
      replace: { type: 'boolean', default: false },
    },
  })
  const [file, ...others] = positionals
  if (file === undefined || others.length > 0) {
    throw new LLimitError('INVALID_REQUEST', `expected one checkpoint, got ${positionals.length}`)
  }
  const config = readConfig()
  const savedModels = values.out ?? config.savedModels
  const name = checkName(values.name)

  const checkpoint = await readCheckpoint(file)
  const { selection, encoders, close } = await openService(
    { ...config, savedModels, encoderRoots: [savedModels, ...config.encoderRoots] },
    createLogger('warn'),
  )
  try {
    await startBackend(['cpu'])
    const encoder = await referenceEncoder(encoders, checkpoint.encoderName)
    const directory = path.join(savedModels, 'dense_network', name)
    const target = { root: savedModels, name, replace: values.replace }
    const card = await convertCheckpoint(checkpoint, encoder, target)
    print(
      `wrote ${directory}: ${card.llms.length} LLMs, hidden ${card.network.hidden.join('-')}, encoder ${encoder.name}`,
    )
    await checkReference(selection, `dense_network/${name}`, card)
  } finally {
    await close()
  }
})

/** A name becomes the name of a folder. */
function checkName(name: string | undefined): string {
  if (name !== undefined && isSavedModelName(name)) return name
  throw new LLimitError(
    'INVALID_REQUEST',
    `--name must be letters, digits, "_", "-" and "." with a letter or digit first; it is ${JSON.stringify(name)}`,
  )
}
