import path from 'node:path'

import { z } from 'zod'

import { readConfig } from '../config/config.js'
import type { Config } from '../config/config.js'
import { DISTILL_SETTINGS } from '../distill/distill.js'
import { distillEncoder } from '../distill/distillEncoder.js'
import type { DistillRequest } from '../distill/distillEncoder.js'
import { evaluateDev } from '../experiments/devSplit.js'
import type { Comparison, TrainingSetup } from '../experiments/systems.js'
import { unseenReport } from '../experiments/report/unseenReport.js'
import type { UnseenResult } from '../experiments/report/unseenReport.js'
import { evaluateUnseenBlocks } from '../experiments/unseenBlocks.js'
import { evaluateUnseenCategories } from '../experiments/unseenCategories.js'
import { evaluateUnseenLlms } from '../experiments/unseenLlms.js'
import { evaluateUnseenSources } from '../experiments/unseenSources.js'
import { at } from '../numeric/at.js'
import { gatherRows, matrixOf } from '../numeric/matrix.js'
import type { Matrix } from '../numeric/matrix.js'
import type { JudgedData } from '../outcomes/outcomes.js'
import { readJudgedData } from '../outcomes/readJudgedData.js'
import { withSplits } from '../outcomes/splits.js'
import { findEncoder } from '../savedModel/listing.js'
import { startBackend } from '../tensor/backend.js'
import { defineCommand } from './commandLine/command.js'
import { flag, settingFlags } from './commandLine/flags.js'
import type { Terminal } from './commandLine/terminal.js'
import { cachedEmbeddings } from './embeddings.js'
import { openForCommand } from './openForCommand.js'
import { REPORT, writePage } from './reporting/writePage.js'
import { EpochLines } from './training/epochLines.js'
import { backendsFor, recipeOf, trainingFlags } from './training/recipe.js'
import { linesOfBlocks, linesOfCategories, linesOfDev, linesOfLlms, linesOfSources } from './unseen/report.js'

const LEFT_OUT = ['dev', 'blocks', 'sources', 'categories', 'llms'] as const
/** What is measured unless the user chooses: all that `evaluate` does not show. */
const USUAL = ['blocks', 'sources', 'categories', 'llms'] as const
const BLOCK_FOLDS = 2
const SOURCE_GROUPS = 3
const CATEGORY_FOLDS = 3
const LEFT_OUT_LLMS = 20
const SIZES = [0, 10, 20, 50, 200]

export const command = defineCommand({
  description:
    'Trains a recipe again and again with something left out, and measures it there: the outcomes of LLMs in some sources ' +
    '(blocks), in two folds; whole sources and whole categories of prompts, in three; twenty LLMs, added from a few outcomes ' +
    'each. Other recipes and encoders are compared with the first, with 95 % intervals of the differences. Writes nothing but ' +
    'the report.',
  examples: [
    'llimit evaluate-unseen --outcomes outcomes.jsonl.gz --config default',
    'llimit evaluate-unseen --outcomes outcomes.jsonl.gz --leave-out blocks sources --against version1',
    'llimit evaluate-unseen --outcomes outcomes.jsonl.gz --report unseen.html',
    'llimit evaluate-unseen --outcomes outcomes.jsonl.gz --against-encoder static-minilm-384 --distill-from all-MiniLM-L6-v2',
  ],
  flags: z.object({
    ...trainingFlags,
    leaveOut: flag(
      z.array(z.enum(LEFT_OUT)).default([...USUAL]),
      'what',
      `${LEFT_OUT.join(', ')}: one or several; dev is the split that chooses the epoch`,
    ),
    against: flag(
      z.array(z.string()).default([]),
      'recipe',
      'other recipes, compared with the first on the same outcomes',
    ),
    againstEncoder: flag(
      z.array(z.string()).default([]),
      'encoder',
      'other installed encoders, compared with the first on the same outcomes',
    ),
    distillFrom: flag(
      z.string().optional(),
      'encoder',
      'compared too: a static encoder that is distilled from this one for each training, from what it trains on',
    ),
    report: flag(z.string().min(1).optional(), 'file', REPORT),
    ...settingFlags('savedModels', 'engine', 'precision', 'cacheDir'),
  }),
  run: async (options, terminal) => {
    const { outcomes, seed, leaveOut, against } = options
    const recipe = await recipeOf(options.config)
    const config = readConfig(options)
    const data = withSplits(await readJudgedData(outcomes), recipe.data.dev_share)
    const encoders = await embeddedBy(data, options, { config, terminal })
    const [first] = encoders
    const setups: TrainingSetup[] = encoders.map(([name, embed]) => ({ name, recipe, embed }))
    for (const name of against) {
      setups.push({ name: `recipe ${name}`, recipe: await recipeOf(name), embed: first[1] })
    }
    await startBackend(backendsFor(options.backend))

    const epochs = new EpochLines(terminal)
    const comparison: Comparison = {
      data,
      setups,
      seed,
      onTraining: (description) => terminal.note(description),
      onEpoch: (component, report, metrics) => epochs.epoch(component, report, metrics),
    }
    const result: UnseenResult = {}
    const show = (lines: readonly string[]) => lines.forEach((line) => terminal.print(line))
    if (leaveOut.includes('dev')) {
      const report = await evaluateDev(comparison)
      show(linesOfDev(report))
      result.dev = report
    }
    if (leaveOut.includes('blocks')) {
      const report = await evaluateUnseenBlocks(comparison, BLOCK_FOLDS)
      show(linesOfBlocks(report))
      result.unseenBlocks = report
    }
    if (leaveOut.includes('sources')) {
      const report = await evaluateUnseenSources(comparison, SOURCE_GROUPS)
      show(linesOfSources(report))
      result.unseenSources = report
    }
    if (leaveOut.includes('categories')) {
      const report = await evaluateUnseenCategories(comparison, CATEGORY_FOLDS)
      show(linesOfCategories(report))
      result.unseenCategories = report
    }
    if (leaveOut.includes('llms')) {
      const embeddings = await first[1](data.outcomes.prompts)
      const newLlms = await evaluateUnseenLlms({ data, embeddings }, recipe, seed, LEFT_OUT_LLMS, SIZES)
      show(linesOfLlms(LEFT_OUT_LLMS, newLlms))
      result.newLlms = newLlms
    }
    if (options.report !== undefined) {
      const date = new Date().toISOString().slice(0, 10)
      const names = data.files.map(({ name }) => name).join(', ')
      // Of a file only its name: the rest means nothing to a reader of the page.
      const recipeName =
        options.config === undefined ? 'a recipe of defaults' : `recipe ${path.basename(options.config)}`
      const page = unseenReport({
        result,
        first: first[0],
        subtitle: `${date}; ${recipeName}, trained again with something left out of ${names}`,
        provenance: {
          date,
          files: data.files,
          seed,
          recipe: recipeName,
          systems: setups.map(({ name }) => name),
        },
      })
      terminal.print(await writePage(options.report, page))
    }
    return result
  },
})

type Encoders = [string, TrainingSetup['embed']][]

/** The vectors of all prompts, by each encoder that is compared; the first is the one that the others are compared with. */
async function embeddedBy(
  { outcomes }: JudgedData,
  {
    encoder,
    againstEncoder,
    distillFrom,
  }: { encoder: string; againstEncoder: readonly string[]; distillFrom?: string | undefined },
  { config, terminal }: { config: Config; terminal: Terminal },
): Promise<[Encoders[number], ...Encoders]> {
  const { encoders } = await openForCommand(config, terminal)
  const texts = outcomes.prompts.map(({ text }) => text)
  const vectorsOf = async (name: string) => {
    const opened = await encoders.get(name)
    return matrixOf(await cachedEmbeddings(opened, name, texts, { config, terminal }), opened.dimension)
  }
  const installed = async (name: string): Promise<Encoders[number]> => {
    const vectors = await vectorsOf(name)
    return [name, () => vectors]
  }
  const others: Encoders = []
  for (const name of againstEncoder) others.push(await installed(name))
  if (distillFrom !== undefined) {
    const directory = await findEncoder(config.encoderRoots, distillFrom)
    const { sha256 } = await encoders.get(distillFrom)
    const teacher = { name: distillFrom, directory, sha256 }
    others.push([`distilled from ${distillFrom}`, distilling(teacher, await vectorsOf(distillFrom))])
  }
  return [await installed(encoder), ...others]
}

/** By a static encoder that has seen the training prompts only. */
function distilling(teacher: DistillRequest['teacher'], vectors: Matrix): TrainingSetup['embed'] {
  return async (prompts) => {
    const train = prompts.flatMap(({ split }, p) => (split === 'train' ? [p] : []))
    const { encode } = await distillEncoder({
      teacher,
      training: { prompts: train.map((p) => at(prompts, p).text), vectors: gatherRows(vectors, train) },
      settings: DISTILL_SETTINGS,
    })
    return encode(prompts.map(({ text }) => text))
  }
}
