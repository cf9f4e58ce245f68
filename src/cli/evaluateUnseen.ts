import { z } from 'zod'

import { readConfig } from '../config.js'
import { crossValidateCategories } from '../experiments/unseenCategories.js'
import { evaluateUnseenLlms } from '../experiments/unseenLlms.js'
import { matrixOf } from '../numeric/matrix.js'
import { readJudgedData } from '../outcomes/readJudgedData.js'
import { withSplits } from '../outcomes/splits.js'
import { startBackend } from '../tensor/backend.js'
import { defineCommand } from './commandLine/command.js'
import { settingFlags } from './commandLine/flags.js'
import { cachedEmbeddings } from './embeddings.js'
import { openForCommand } from './openForCommand.js'
import { recipeOf, trainingFlags } from './training/recipe.js'

const FOLDS = 3
const LEFT_OUT_LLMS = 20
const SIZES = [0, 10, 20, 50, 200]

export const command = defineCommand({
  description:
    'Trains a recipe again and again with something left out, and measures it there: whole categories of prompts, in three ' +
    'folds; and twenty LLMs, added from a few outcomes each. Writes nothing.',
  examples: ['llimit evaluate-unseen --outcomes outcomes.jsonl.gz --config default'],
  flags: z.object({ ...trainingFlags, ...settingFlags('savedModels', 'engine', 'precision', 'cacheDir') }),
  run: async (options, terminal) => {
    const { outcomes, seed, encoder: name } = options
    const recipe = await recipeOf(options.config)
    const config = readConfig(options)
    const data = withSplits(await readJudgedData(outcomes), recipe.data.dev_share)
    const { encoders } = await openForCommand(config, terminal)
    const texts = data.outcomes.prompts.map(({ text }) => text)
    const encoder = await encoders.get(name)
    const found = await cachedEmbeddings(encoder, name, texts, { config, terminal })
    const trainingData = { data, embeddings: matrixOf(found, encoder.dimension) }
    await startBackend(['wasm', 'cpu'])

    const folds = await crossValidateCategories(trainingData, recipe, seed, FOLDS)
    const all = folds.reduce((sum, fold) => sum + fold.outcomes, 0)
    const logLoss = folds.reduce((sum, fold) => sum + fold.logLoss * fold.outcomes, 0) / all
    terminal.print(`unseen categories, ${FOLDS} folds of whole categories:`)
    folds.forEach((fold, i) => {
      terminal.print(`  fold ${i + 1}: ${fold.prompts} prompts, log loss ${fold.logLoss.toFixed(4)}`)
    })
    terminal.print(`  together: ${all} outcomes, log loss ${logLoss.toFixed(4)}`)

    terminal.print(`${LEFT_OUT_LLMS} LLMs left out of training, added from n outcomes each:`)
    const newLlms = await evaluateUnseenLlms(trainingData, recipe, seed, LEFT_OUT_LLMS, SIZES)
    for (const { size, logLoss: loss, pairs } of newLlms) {
      terminal.print(`  n = ${size}: log loss ${loss.toFixed(4)}, pairs with known LLMs ${pairs.toFixed(4)}`)
    }
    return { unseenCategories: { folds, outcomes: all, logLoss }, newLlms }
  },
})
