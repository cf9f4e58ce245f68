import { z } from 'zod'

import { LLimitError } from '../errors.js'
import { readShadowLog } from '../evaluate/shadow/readShadowLog.js'
import { recommend } from '../evaluate/shadow/recommend.js'
import { summarizeShadow } from '../evaluate/shadow/summarizeShadow.js'
import { defineCommand } from './commandLine/command.js'
import { flag } from './commandLine/flags.js'
import { shadowLines } from './shadowing/lines.js'

export const command = defineCommand({
  description:
    'Says what a server has found with a saved model as a shadow of the one that answers (LLIMIT_SHADOW): how often the best LLM ' +
    'differs, how much the probabilities do, which of the two predicts reported outcomes better, and whether to activate it.',
  examples: ['llimit shadow --log shadow'],
  flags: z.object({
    log: flag(z.string().min(1), 'folder', 'the folder of LLIMIT_SHADOW_LOG'),
  }),
  run: async ({ log }, terminal) => {
    const { pairs, skipped } = await readShadowLog(log)
    const [latest, ...earlier] = pairs
    if (latest === undefined) {
      const message = `expected prompts that were compared in ${log}, got none: a server with LLIMIT_SHADOW writes them every 5 s`
      throw new LLimitError('INVALID_FILE', message)
    }
    const summary = summarizeShadow(latest)
    const recommendation = recommend(summary)
    if (skipped > 0) terminal.note(`${skipped} lines that were cut off are left out`)
    if (earlier.length > 0)
      terminal.note(`the log has ${earlier.length} other pairs of saved models, of earlier`)
    for (const line of shadowLines(summary, recommendation)) terminal.print(line)
    return { ...summary, recommendation }
  },
})
