import { z } from 'zod'

import { readConfig } from '../config.js'
import { DISTILL_SETTINGS } from '../distill/distill.js'
import { distillEncoder } from '../distill/distillEncoder.js'
import { crossValidateGroups, logLossDifference } from '../experiments/unseenGroups.js'
import type { GroupKind, UnseenGroups } from '../experiments/unseenGroups.js'
import { evaluateUnseenLlms } from '../experiments/unseenLlms.js'
import { logLoss } from '../metrics/properScores.js'
import { gatherRows, matrixOf } from '../numeric/matrix.js'
import type { Matrix } from '../numeric/matrix.js'
import type { JudgedData } from '../outcomes/outcomes.js'
import { readJudgedData } from '../outcomes/readJudgedData.js'
import { withSplits } from '../outcomes/splits.js'
import { findEncoder } from '../savedModel/listing.js'
import { startBackend } from '../tensor/backend.js'
import { defineCommand } from './commandLine/command.js'
import type { Terminal } from './commandLine/terminal.js'
import { flag, settingFlags } from './commandLine/flags.js'
import { cachedEmbeddings } from './embeddings.js'
import { openForCommand } from './openForCommand.js'
import { recipeOf, trainingFlags } from './training/recipe.js'

const FOLDS = 3
const LEFT_OUT_LLMS = 20
const SIZES = [0, 10, 20, 50, 200]

const LEFT_OUT = ['categories', 'sources', 'llms'] as const
const KINDS = { categories: 'category', sources: 'source' } as const satisfies Record<string, GroupKind>

/** Embeddings of all prompts for one fold, which may learn from those of split train. */
type Embed = (prompts: JudgedData['outcomes']['prompts']) => Matrix | Promise<Matrix>

export const command = defineCommand({
  description:
    'Trains a recipe again and again with something left out, and measures it there: whole categories of prompts or whole ' +
    'sources, in three folds; and twenty LLMs, added from a few outcomes each. Other encoders stand beside the first one on ' +
    'the same outcomes, with 95 % intervals of the differences. Writes nothing.',
  examples: [
    'llimit evaluate-unseen --outcomes outcomes.jsonl.gz --config default',
    'llimit evaluate-unseen --outcomes outcomes.jsonl.gz --leave-out sources --beside static-minilm-384',
  ],
  flags: z.object({
    ...trainingFlags,
    leaveOut: flag(
      z.array(z.enum(LEFT_OUT)).default(['categories', 'llms']),
      'what',
      `${LEFT_OUT.join(', ')} (default: categories and llms)`,
    ),
    beside: flag(z.array(z.string()).default([]), 'name', 'other installed encoders, to be compared'),
    distilFrom: flag(
      z.string().optional(),
      'name',
      'compare also with a static encoder that is distilled from this one in each fold, from its training prompts',
    ),
    ...settingFlags('savedModels', 'engine', 'precision', 'cacheDir'),
  }),
  run: async (options, terminal) => {
    const { outcomes, seed, leaveOut } = options
    const recipe = await recipeOf(options.config)
    const config = readConfig(options)
    const data = withSplits(await readJudgedData(outcomes), recipe.data.dev_share)
    const texts = data.outcomes.prompts.map(({ text }) => text)
    const { encoders } = await openForCommand(config, terminal)
    const embedAll = async (name: string) => {
      const encoder = await encoders.get(name)
      return matrixOf(await cachedEmbeddings(encoder, name, texts, { config, terminal }), encoder.dimension)
    }
    const embeddings = await embedAll(options.encoder)
    const systems = new Map<string, Embed>([[options.encoder, () => embeddings]])
    for (const name of options.beside) {
      const others = await embedAll(name)
      systems.set(name, () => others)
    }
    if (options.distilFrom !== undefined) {
      const teacher = options.distilFrom
      const directory = await findEncoder(config.encoderRoots, teacher)
      const vectors = await embedAll(teacher)
      systems.set(`distilled from ${teacher}`, distilling({ name: teacher, directory }, vectors))
    }
    await startBackend(['wasm', 'cpu'])

    const kinds = (['categories', 'sources'] as const).filter((what) => leaveOut.includes(what))
    const groups: Record<string, unknown> = {}
    for (const what of kinds) {
      const found = new Map<string, UnseenGroups>()
      for (const [name, embed] of systems) {
        const request = { data, embed, kind: KINDS[what], recipe, seed, folds: FOLDS }
        found.set(name, await crossValidateGroups(request))
      }
      groups[what] = printGroups(what, found, seed, terminal)
    }
    const newLlms = leaveOut.includes('llms')
      ? await evaluateUnseenLlms({ data, embeddings }, recipe, seed, LEFT_OUT_LLMS, SIZES)
      : []
    if (newLlms.length > 0)
      terminal.print(`${LEFT_OUT_LLMS} LLMs left out of training, added from n outcomes each:`)
    for (const { size, logLoss: loss, pairs } of newLlms) {
      terminal.print(`  n = ${size}: log loss ${loss.toFixed(4)}, pairs with known LLMs ${pairs.toFixed(4)}`)
    }
    const { categories: unseenCategories, sources: unseenSources } = groups
    return { unseenCategories, unseenSources, newLlms }
  },
})

/** @returns what it printed, for --json */
function printGroups(
  what: string,
  found: ReadonlyMap<string, UnseenGroups>,
  seed: number,
  terminal: Terminal,
) {
  terminal.print(`unseen ${what}, ${FOLDS} folds of whole ${what}:`)
  const [[, first] = []] = found
  return [...found].map(([name, { folds, predicted }]) => {
    terminal.print(` ${name}`)
    folds.forEach((fold, i) => {
      terminal.print(`  fold ${i + 1}: ${fold.prompts} prompts, log loss ${fold.logLoss.toFixed(4)}`)
    })
    const all = { outcomes: predicted.score.length, logLoss: logLoss(predicted) }
    terminal.print(`  together: ${all.outcomes} outcomes, log loss ${all.logLoss.toFixed(4)}`)
    const difference =
      first === undefined || first.predicted === predicted
        ? undefined
        : logLossDifference(predicted, first.predicted, seed)
    if (difference !== undefined) {
      const [value, low, high] = [difference.value, difference.low, difference.high].map(signed)
      terminal.print(`  difference to the first: ${value} [${low}, ${high}]`)
    }
    return { encoder: name, folds, ...all, difference }
  })
}

/** Embeddings by a static encoder that has seen the training prompts of the fold only. */
function distilling(teacher: { name: string; directory: string }, vectors: Matrix): Embed {
  return async (prompts) => {
    const train = prompts.flatMap(({ split }, p) => (split === 'train' ? [p] : []))
    const texts = prompts.map(({ text }) => text)
    const { encode } = await distillEncoder({
      teacher: { ...teacher, sha256: '' },
      training: { prompts: train.flatMap((p) => texts[p] ?? []), vectors: gatherRows(vectors, train) },
      settings: DISTILL_SETTINGS,
    })
    return encode(texts)
  }
}

function signed(value: number): string {
  return `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(4)}`
}
