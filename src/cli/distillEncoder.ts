import path from 'node:path'

import { z } from 'zod'

import { readConfig } from '../config/config.js'
import { DISTILL_SETTINGS } from '../distill/distill.js'
import { distillEncoder, meanCosine, writeDistilled } from '../distill/distillEncoder.js'
import type { TaughtPrompts } from '../distill/distillEncoder.js'
import { MATRIX_FORMATS } from '../encoder/static/writeStaticEncoder.js'
import { LLimitError } from '../errors.js'
import { gatherRows, matrixOf } from '../numeric/matrix.js'
import { readPrompts } from '../offline/prompts.js'
import { readJudgedData } from '../outcomes/readJudgedData.js'
import { DEV_SHARE, splitsOf } from '../outcomes/splits.js'
import { findEncoder } from '../savedModel/listing.js'
import { isSavedModelName } from '../savedModel/names.js'
import { defineCommand } from './commandLine/command.js'
import { files, flag, settingFlags } from './commandLine/flags.js'
import { cachedEmbeddings } from './embeddings.js'
import { openForCommand, withSavedModels } from './openForCommand.js'
import { savedModelsFolder } from './savedModelFlags.js'

export const command = defineCommand({
  description:
    'Distils a static encoder, a vector for each token, from an installed encoder and prompts: about a minute after the ' +
    "teacher's embeddings, which are kept. Prompts of split dev, or a tenth by a hash of the text, are held out, and the mean " +
    "cosine to the teacher's vectors is printed for them.",
  examples: [
    'llimit distill-encoder --outcomes outcomes.jsonl.gz --name my-static',
    'llimit distill-encoder --prompts prompts.txt --teacher all-MiniLM-L6-v2 --name my-static --format fp16',
  ],
  flags: z.object({
    outcomes: flag(files().default([]), 'file', 'outcomes (.jsonl, .jsonl.gz), for their prompts'),
    prompts: flag(
      files().default([]),
      'file',
      'a prompt a line; of .jsonl a string or an object with "prompt"',
    ),
    teacher: flag(z.string().default('all-MiniLM-L6-v2'), 'name', 'an installed encoder'),
    name: flag(
      z.string().refine(isSavedModelName, {
        error: 'expected at most 200 letters, digits, "_", "-" and ".", a letter or digit first',
      }),
      'name',
      'the encoder becomes encoders/<name>',
    ),
    out: savedModelsFolder(),
    format: flag(
      z.enum(MATRIX_FORMATS).default('int8'),
      'format',
      `${MATRIX_FORMATS.join(', ')}, of the matrix`,
    ),
    ...settingFlags('engine', 'precision', 'cacheDir'),
  }),
  run: async (options, terminal) => {
    const config = withSavedModels(readConfig(options), options.out)
    const { train, dev } = await readSplits(options.outcomes, options.prompts)
    const directory = await findEncoder(config.encoderRoots, options.teacher)
    const { encoders } = await openForCommand(config, terminal)
    const teacher = await encoders.get(options.teacher)
    const all = [...train, ...dev]
    const embeddings = await cachedEmbeddings(teacher, options.teacher, all, { config, terminal })
    const vectors = matrixOf(embeddings, teacher.dimension)
    const taught = (prompts: readonly string[], from: number): TaughtPrompts => ({
      prompts,
      vectors: gatherRows(
        vectors,
        Array.from(prompts, (_, p) => from + p),
      ),
    })
    const request = {
      teacher: { name: options.teacher, directory, sha256: teacher.sha256 },
      training: taught(train, 0),
      settings: DISTILL_SETTINGS,
    }
    const distilled = await terminal.progress('distillation, columns', (onProgress) =>
      distillEncoder({ ...request, onProgress }),
    )
    const heldOut = taught(dev, train.length)
    const cosine = dev.length === 0 ? undefined : meanCosine(distilled.encode(dev), heldOut.vectors)
    const written = path.join(config.savedModels, 'encoders', options.name)
    await writeDistilled(written, distilled, request, options.format)
    const quality =
      cosine === undefined
        ? ''
        : `, mean cosine to the teacher ${cosine.toFixed(4)} on ${dev.length} prompts held out`
    terminal.print(`wrote ${written}, distilled from ${train.length} prompts${quality}`)
    return { directory: written, prompts: train.length, heldOut: dev.length, cosine }
  },
})

/** Each prompt once, in the order of the files. */
async function readSplits(outcomes: readonly string[], texts: readonly string[]) {
  const judged = outcomes.length === 0 ? [] : (await readJudgedData(outcomes)).outcomes.prompts
  const unlabelled = []
  for (const file of texts) {
    for await (const { prompt } of readPrompts(file))
      unlabelled.push({ text: prompt, split: '', source: '', category: '' })
  }
  const prompts = [...judged, ...unlabelled]
  const splits = splitsOf(prompts, DEV_SHARE)
  const ofSplit = (wanted: string) => [
    ...new Set(prompts.flatMap(({ text }, p) => (splits[p] === wanted ? [text] : []))),
  ]
  const [train, dev] = [ofSplit('train'), ofSplit('dev')]
  const seen = new Set(train)
  if (train.length > 0) return { train, dev: dev.filter((text) => !seen.has(text)) }
  throw new LLimitError(
    'INVALID_ARGUMENT',
    'expected prompts from --outcomes or --prompts, got none to learn from',
  )
}
