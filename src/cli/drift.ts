import { z } from 'zod'

import { readConfig } from '../config/config.js'
import { at } from '../numeric/at.js'
import { findDrift } from '../train/drift/findDrift.js'
import { defineCommand } from './commandLine/command.js'
import { flag, settingFlags } from './commandLine/flags.js'
import { driftLines } from './drifting/lines.js'
import { learnFromLog } from './learning/learnFromLog.js'
import { latestSavedModel } from './savedModelFlags.js'

export const command = defineCommand({
  description:
    'Says from the log of reported outcomes (LLIMIT_OUTCOMES_LOG) whether traffic has left what a saved model knows: how familiar ' +
    'recent prompts are, which categories have grown, whether probabilities are still right, which LLMs have changed, and what to do.',
  examples: [
    'llimit drift --model dense_network/my-model --log outcomes',
    'llimit drift --model dense_network/my-model --log outcomes --since 2026-11-20',
  ],
  flags: z.object({
    model: latestSavedModel(),
    log: flag(z.string().min(1), 'folder', 'the folder with the log'),
    since: flag(
      z
        .union(
          [z.iso.date(), z.iso.datetime()],
          'expected a day as YYYY-MM-DD, or a time as YYYY-MM-DDThh:mm:ssZ',
        )
        .optional(),
      'date',
      'prompts from then on are the recent ones; the last fifth if not given',
    ),
    ...settingFlags('savedModels', 'engine', 'precision'),
  }),
  run: async ({ model, log, since, ...options }, terminal) => {
    const config = readConfig(options)
    const { card, reports, skipped, learned } = await learnFromLog({ model, log, config }, terminal)
    const { levels, places, categoryOf } = learned
    const placed = reports.map((report, i) => {
      const place = at(places, i)
      return { report, familiarity: place.familiarity, category: categoryOf(place) }
    })
    const found = findDrift({ model, reports: placed, levels, since })
    const learn = `llimit learn --model ${model} --log ${log}`
    for (const line of driftLines(found, { learn })) terminal.print(line)
    return {
      ...{ model, version: card.version, outcomes: reports.length },
      skipped: Object.fromEntries(skipped),
      ...found,
    }
  },
})
