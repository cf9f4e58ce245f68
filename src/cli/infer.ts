import { z } from 'zod'

import { readConfig } from '../config/config.js'
import { scoreFile } from '../offline/scoreFile.js'
import { BATCH_SIZE } from '../selection/requests.js'
import { integer } from '../validation.js'
import { defineCommand } from './commandLine/command.js'
import { flag, names, settingFlags } from './commandLine/flags.js'
import { openForCommand } from './openForCommand.js'
import { savedModel } from './savedModelFlags.js'

export const command = defineCommand({
  description:
    'Scores the prompts of a file and writes a line {"model", "prompt", "scores"} for each. A run that was interrupted resumes ' +
    'when it is started again.',
  examples: [
    'llimit infer --model dense_network/default --prompts prompts.txt --out scores.jsonl',
    'llimit infer --model dense_network/default --llms gpt-4o-2024-05-13,llama-3.1-8b-instruct --prompts prompts.jsonl --out scores.jsonl',
  ],
  flags: z.object({
    model: savedModel(),
    prompts: flag(
      z.string(),
      'file',
      '.jsonl, .ndjson, .json: a JSON string or an object with "prompt" a row; .csv, .tsv: a column "prompt"; any other file: a ' +
        'prompt a line; an "id" is kept',
    ),
    out: flag(
      z.string(),
      'file',
      'the scores, JSON lines; lines that it holds already are not computed again',
    ),
    llms: flag(names().optional(), 'a,b', 'LLMs to score (default: every LLM of the model)'),
    batchSize: flag(
      integer(BATCH_SIZE.min, BATCH_SIZE.max).default(BATCH_SIZE.default),
      'integer',
      'pairs of a prompt and an LLM that are scored at once',
    ),
    ...settingFlags('savedModels', 'engine', 'precision'),
  }),
  run: async ({ model, prompts: promptsFile, out, batchSize, ...options }, terminal) => {
    const { selection } = await openForCommand(readConfig(options), terminal)
    const llms = options.llms ?? (await selection.describeModel(model)).llms
    const { before, now } = await terminal.progress('prompts', (onProgress) =>
      scoreFile(selection, { model, llms, promptsFile, out, batchSize, onProgress }),
    )
    const earlier = before > 0 ? `, ${before} before` : ''
    terminal.print(`${out}: ${now} prompts scored for ${llms.length} LLMs${earlier}`)
    return { model, out, llms, prompts: now, promptsBefore: before }
  },
})
