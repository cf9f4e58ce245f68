import { z } from 'zod'

import { readConfig } from '../config.js'
import { evaluateUnseenBlocks } from '../experiments/unseenBlocks.js'
import { crossValidateCategories } from '../experiments/unseenCategories.js'
import { evaluateUnseenLlms } from '../experiments/unseenLlms.js'
import { evaluateUnseenSources } from '../experiments/unseenSources.js'
import { matrixOf } from '../numeric/matrix.js'
import { readJudgedData } from '../outcomes/readJudgedData.js'
import { withSplits } from '../outcomes/splits.js'
import { startBackend } from '../tensor/backend.js'
import { defineCommand } from './commandLine/command.js'
import { flag, settingFlags } from './commandLine/flags.js'
import { cachedEmbeddings } from './embeddings.js'
import { openForCommand } from './openForCommand.js'
import { recipeOf, trainingFlags } from './training/recipe.js'
import {
  linesOfBlocks,
  linesOfCategories,
  linesOfLlms,
  linesOfSources,
  logLossOfFolds,
} from './unseen/report.js'

const LEFT_OUT = ['blocks', 'sources', 'categories', 'llms'] as const
const BLOCK_FOLDS = 2
const SOURCE_GROUPS = 3
const CATEGORY_FOLDS = 3
const LEFT_OUT_LLMS = 20
const SIZES = [0, 10, 20, 50, 200]

export const command = defineCommand({
  description:
    'Trains a recipe again and again with something left out, and measures it there: the outcomes of LLMs in some sources ' +
    '(blocks), in two folds; whole sources and whole categories of prompts, in three; twenty LLMs, added from a few outcomes ' +
    'each. Writes nothing.',
  examples: [
    'llimit evaluate-unseen --outcomes outcomes.jsonl.gz --config default',
    'llimit evaluate-unseen --outcomes outcomes.jsonl.gz --leave-out blocks sources --against version1',
  ],
  flags: z.object({
    ...trainingFlags,
    leaveOut: flag(
      z.array(z.enum(LEFT_OUT)).default([...LEFT_OUT]),
      'what',
      `${LEFT_OUT.join(', ')}: one or several (default: all)`,
    ),
    against: flag(
      z.string().optional(),
      'recipe',
      'another recipe, compared with the first on the same blocks and sources',
    ),
    ...settingFlags('savedModels', 'engine', 'precision', 'cacheDir'),
  }),
  run: async (options, terminal) => {
    const { outcomes, seed, encoder: name, leaveOut, against } = options
    const recipe = await recipeOf(options.config)
    const recipes = [{ name: 'recipe', recipe }]
    if (against !== undefined) recipes.push({ name: against, recipe: await recipeOf(against) })
    const config = readConfig(options)
    const data = withSplits(await readJudgedData(outcomes), recipe.data.dev_share)
    const { encoders } = await openForCommand(config, terminal)
    const texts = data.outcomes.prompts.map(({ text }) => text)
    const encoder = await encoders.get(name)
    const found = await cachedEmbeddings(encoder, name, texts, { config, terminal })
    const trainingData = { data, embeddings: matrixOf(found, encoder.dimension) }
    await startBackend(['wasm', 'cpu'])

    const result: Record<string, unknown> = {}
    const show = (lines: readonly string[]) => lines.forEach((line) => terminal.print(line))
    if (leaveOut.includes('blocks')) {
      const report = await evaluateUnseenBlocks(trainingData, recipes, seed, BLOCK_FOLDS)
      show(linesOfBlocks(report))
      result['unseenBlocks'] = report
    }
    if (leaveOut.includes('sources')) {
      const report = await evaluateUnseenSources(trainingData, recipes, seed, SOURCE_GROUPS)
      show(linesOfSources(report))
      result['unseenSources'] = report
    }
    if (leaveOut.includes('categories')) {
      const folds = await crossValidateCategories(trainingData, recipe, seed, CATEGORY_FOLDS)
      show(linesOfCategories(folds))
      result['unseenCategories'] = { folds, ...logLossOfFolds(folds) }
    }
    if (leaveOut.includes('llms')) {
      const newLlms = await evaluateUnseenLlms(trainingData, recipe, seed, LEFT_OUT_LLMS, SIZES)
      show(linesOfLlms(LEFT_OUT_LLMS, newLlms))
      result['newLlms'] = newLlms
    }
    return result
  },
})
