import path from 'node:path'

import { z } from 'zod'

import { readConfig } from '../config/config.js'
import { readCheckpoint } from '../convert/checkpoint.js'
import { convertCheckpoint } from '../convert/convert.js'
import { startBackend } from '../tensor/backend.js'
import { defineCommand } from './commandLine/command.js'
import { flag, settingFlags } from './commandLine/flags.js'
import { openForCommand, withSavedModels } from './openForCommand.js'
import { checkReference, referenceEncoder } from './reference.js'
import { savedModelName, savedModelsFolder } from './savedModelFlags.js'

export const command = defineCommand({
  description:
    'Writes a dense_network checkpoint of LLimit v1, the Python original, as the saved model dense_network/<name>, then scores ' +
    "the card's reference prompts with what was written.",
  examples: [
    'llimit convert-model my-model-1700000000.pkl --name my-model',
    'llimit convert-model my-model.safetensors --name my-model --out models --replace',
  ],
  positionals: ['checkpoint'],
  flags: z.object({
    checkpoint: flag(z.string(), 'file', 'a .pkl, .pt, or .safetensors with its .json next to it'),
    name: savedModelName(),
    out: savedModelsFolder(),
    replace: flag(
      z.boolean().default(false),
      '',
      'replace a saved model of that name, with the next version',
    ),
    ...settingFlags('engine'),
  }),
  run: async ({ checkpoint: file, name, out, replace, ...flags }, terminal) => {
    const config = withSavedModels(readConfig(flags), out)
    const { savedModels } = config
    const checkpoint = await readCheckpoint(file)
    const { selection, encoders } = await openForCommand(config, terminal)
    await startBackend(['cpu'])
    const encoder = await referenceEncoder(encoders, checkpoint.encoderName)
    const directory = path.join(savedModels, 'dense_network', name)
    const card = await convertCheckpoint(checkpoint, encoder, { root: savedModels, name, replace })
    const { llms, network, version } = card
    terminal.print(
      `wrote ${directory}: ${llms.length} LLMs, hidden ${network.hidden.join('-')}, encoder ${encoder.name}`,
    )
    const model = `dense_network/${name}`
    const reference = await checkReference(selection, model, card, terminal)
    return { model, version, directory, llms: llms.length, encoder: encoder.name, reference }
  },
})
