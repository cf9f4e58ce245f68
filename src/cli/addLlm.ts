import path from 'node:path'

import { z } from 'zod'

import { readConfig } from '../config/config.js'
import { LLimitError } from '../errors.js'
import { matrixOf } from '../numeric/matrix.js'
import { readJudgedData } from '../outcomes/readJudgedData.js'
import { versionFolder } from '../savedModel/names.js'
import { writeSavedModel } from '../savedModel/writeSavedModel.js'
import { readCheckedFiles } from '../scorer/files.js'
import { startBackend } from '../tensor/backend.js'
import { addLlm } from '../train/newLlm/addLlm.js'
import { outcomesOf } from './adding/newOutcomes.js'
import { doubtsOf, reliabilityNotes } from './adding/report.js'
import { defineCommand } from './commandLine/command.js'
import { files, flag, names, settingFlags } from './commandLine/flags.js'
import { cachedEmbeddings } from './embeddings.js'
import { openForCommand } from './openForCommand.js'
import { checkReference } from './reference.js'
import { latestSavedModel } from './savedModelFlags.js'
import { FORCE, notMadeLive, warn } from './training/doubts.js'

export const command = defineCommand({
  description:
    'Adds an LLM to a trained model from its outcomes (ten will do), the network as it is, and writes the next version of the ' +
    'model; the version before stays as dense_network/<name>@<version>.',
  examples: [
    'llimit add-llm --model dense_network/my-model --llm new-llm --outcomes new.jsonl --relatives old-llm',
    'llimit add-llm --model dense_network/my-model --llm new-llm --as mixture --relatives a,b',
    'llimit add-llm --model dense_network/my-model --llm a-2 --as named',
  ],
  flags: z
    .object({
      model: latestSavedModel(),
      llm: flag(z.string().min(1), 'name', 'the new LLM'),
      outcomes: flag(
        files().default([]),
        'file',
        'its outcomes (.jsonl, .jsonl.gz); those of other LLMs are ignored',
      ),
      relatives: flag(names().default([]), 'a,b', 'LLMs of the model that it is like, to start from'),
      as: flag(
        z.enum(['mixture', 'named']).optional(),
        'mixture|named',
        'for an LLM without outcomes: the mean of --relatives, or what its name is like',
      ),
      force: flag(z.boolean().default(false), '', FORCE),
      ...settingFlags('savedModels', 'engine', 'precision', 'cacheDir'),
    })
    .refine(({ as, relatives }) => as !== 'mixture' || relatives.length > 0, '--as mixture needs --relatives')
    .refine(
      ({ as, relatives }) => as !== 'named' || relatives.length === 0,
      '--as named takes no --relatives',
    )
    .refine(
      ({ as, outcomes }) => as === undefined || outcomes.length === 0,
      '--as is for an LLM without --outcomes',
    )
    .refine(({ as, outcomes }) => as !== undefined || outcomes.length > 0, '--outcomes is missing'),
  run: async ({ model, llm, outcomes: given, relatives: named, ...options }, terminal) => {
    const relatives = [...new Set(named)]
    const { prompts, scores, tokens } =
      given.length === 0
        ? { prompts: [], scores: new Float32Array(), tokens: new Float32Array() }
        : outcomesOf(llm, (await readJudgedData(given)).outcomes)
    const config = readConfig(options)
    const { registry, encoders, selection } = await openForCommand(config, terminal)
    const { card, directory } = await registry.find(model)
    const encoder = await encoders.forCard(card)
    const { name, dimension } = card.encoder
    const embeddings = matrixOf(
      await cachedEmbeddings(encoder, name, prompts, { config, terminal }),
      dimension,
    )
    await startBackend(['wasm', 'cpu'])
    const files = await readCheckedFiles({ directory, files: card.files })
    const started = performance.now()
    const added = await addLlm({ card, files, llm, relatives, prompts, embeddings, scores, tokens })
    const fitted = performance.now()
    const validation = added.validate()
    const validated = performance.now()
    const now = (await registry.find(model)).card.version
    if (now !== card.version) {
      throw new LLimitError(
        'CONFLICT',
        `${model} is now version ${now}, not ${card.version} as at the start; try again`,
      )
    }
    const destination = { root: config.savedModels, name: path.basename(directory) }
    const doubts = doubtsOf(scores.length, validation)
    if (doubts.length > 0) warn(doubts, terminal)
    const isLive = doubts.length === 0 || options.force
    const written = await writeSavedModel(
      destination,
      added.card,
      added.files,
      isLive ? 'newVersion' : 'aside',
    )
    const checked = validation === undefined ? '' : `, cross-validated in ${seconds(fitted, validated)} s`
    terminal.print(`${llm}: ${scores.length} outcomes, fitted in ${seconds(started, fitted)} s${checked}`)
    const notes = reliabilityNotes({ scores, relatives }, validation)
    for (const line of notes) terminal.print(line)
    const { version } = written.card
    const live = isLive ? ` (before: ${model}@${card.version})` : ''
    terminal.print(`wrote ${written.directory}, version ${version}${live}`)
    const asked = isLive ? model : versionFolder(model, version)
    const reference = await checkReference(selection, asked, written.card, terminal)
    if (!isLive) throw notMadeLive(model, version, doubts)
    return {
      model,
      llm,
      version,
      directory: written.directory,
      outcomes: scores.length,
      validation,
      notes,
      reference,
    }
  },
})

function seconds(from: number, to: number): string {
  return ((to - from) / 1000).toFixed(2)
}
