import path from 'node:path'

import { z } from 'zod'

import { readConfig } from '../config/config.js'
import { LLimitError } from '../errors.js'
import { versionFolder } from '../savedModel/names.js'
import { writeSavedModel } from '../savedModel/writeSavedModel.js'
import { defineCommand } from './commandLine/command.js'
import { flag, settingFlags } from './commandLine/flags.js'
import { learnFromLog } from './learning/learnFromLog.js'
import { doubtsOf, learnedLines } from './learning/report.js'
import { checkReference } from './reference.js'
import { latestSavedModel } from './savedModelFlags.js'
import { FORCE, notMadeLive, warn } from './training/doubts.js'

export const command = defineCommand({
  description:
    'Learns from the log of reported outcomes (LLIMIT_OUTCOMES_LOG) how good LLMs are now: moves the level of each that has ' +
    'changed, and writes the next version of the model; the version before stays as dense_network/<name>@<version>.',
  examples: [
    'llimit learn --model dense_network/my-model --log outcomes',
    'llimit learn --model dense_network/my-model --log outcomes --dry-run',
  ],
  flags: z.object({
    model: latestSavedModel(),
    log: flag(z.string().min(1), 'folder', 'the folder with the log'),
    dryRun: flag(z.boolean().default(false), '', 'say what has changed, and write nothing'),
    force: flag(z.boolean().default(false), '', FORCE),
    ...settingFlags('savedModels', 'engine', 'precision'),
  }),
  run: async ({ model, log, dryRun, force, ...options }, terminal) => {
    const config = readConfig(options)
    const opened = await learnFromLog({ model, log, config }, terminal)
    const { registry, selection, card, directory, reports, skipped, learned } = opened
    const { levels, gain, drift } = learned
    for (const line of learnedLines(learned)) terminal.print(line)
    const result = {
      model,
      outcomes: reports.length,
      skipped: Object.fromEntries(skipped),
      levels,
      gain,
      drift,
    }
    if (dryRun || gain === undefined) return result
    const now = (await registry.find(model)).card.version
    if (now !== card.version) {
      const message = `${model} is now version ${now}, not ${card.version} as at the start; try again`
      throw new LLimitError('CONFLICT', message)
    }
    const next = await learned.write()
    const doubts = doubtsOf(gain)
    if (doubts.length > 0) warn(doubts, terminal)
    const isLive = doubts.length === 0 || force
    const destination = { root: config.savedModels, name: path.basename(directory) }
    const written = await writeSavedModel(destination, next.card, next.files, isLive ? 'newVersion' : 'aside')
    const { version } = written.card
    const live = isLive ? ` (before: ${model}@${card.version})` : ''
    terminal.print(`wrote ${written.directory}, version ${version}${live}`)
    const asked = isLive ? model : versionFolder(model, version)
    const checked = await checkReference(selection, asked, written.card, terminal)
    if (!isLive) throw notMadeLive(model, version, doubts)
    return { ...result, version, directory: written.directory, reference: checked }
  },
})
