import { writeFile } from 'node:fs/promises'
import path from 'node:path'

import { z } from 'zod'

import { readConfig } from '../config/config.js'
import { LLimitError } from '../errors.js'
import { predictNearest } from '../evaluate/baselines/nearest.js'
import { decisionsSvg } from '../evaluate/decisions/charts.js'
import { linesOfDecisions } from '../evaluate/decisions/describe.js'
import { measureDecisions } from '../evaluate/decisions/measureDecisions.js'
import { outcomesOfSplit } from '../evaluate/selectOutcomes.js'
import { makeFolder } from '../makeFolder.js'
import { matrixOf } from '../numeric/matrix.js'
import { checkJudgedData } from '../outcomes/checkJudgedData.js'
import type { Outcomes } from '../outcomes/outcomes.js'
import { readJudgedData } from '../outcomes/readJudgedData.js'
import { listOf } from '../outcomes/reportLines.js'
import { withSplits } from '../outcomes/splits.js'
import { defineCommand } from './commandLine/command.js'
import { files, flag, seed, settingFlags } from './commandLine/flags.js'
import { cachedEmbeddings } from './embeddings.js'
import { ofKnownLlms } from './evaluation/candidates.js'
import { devShareOf } from './evaluation/devShare.js'
import { pricedPrompts } from './evaluation/judgedCandidates.js'
import { pairOf, TWO_LLMS, WHOLE_PAIR } from './evaluation/flags.js'
import { emptySplit } from './evaluation/splits.js'
import { openForCommand } from './openForCommand.js'

export const command = defineCommand({
  description:
    'Measures what the objectives of /rank buy: cost and score of their choices among the LLMs that were judged on each prompt ' +
    'of a split, against random mixing of constants and the same objectives by kNN.',
  examples: [
    'llimit evaluate-decisions --model dense_network/my-model --outcomes outcomes.jsonl.gz --out evaluation',
    'llimit evaluate-decisions --model dense_network/my-model --outcomes outcomes.jsonl.gz --strong a --weak b',
  ],
  flags: z
    .object({
      model: flag(z.string(), 'model', 'the saved model, such as dense_network/my-model'),
      outcomes: flag(files(), 'file', 'outcomes (.jsonl, .jsonl.gz), read as one body of data'),
      split: flag(z.string().default('dev'), 'name', 'the prompts to measure on'),
      trainSplit: flag(z.string().default('train'), 'name', 'the prompts of the means of LLMs, and of kNN'),
      strong: flag(z.string().optional(), 'llm', 'the better LLM of two to choose between by a threshold'),
      weak: flag(z.string().optional(), 'llm', 'the cheaper one'),
      out: flag(z.string().optional(), 'folder', 'write decisions.json and decisions.svg there'),
      seed: flag(seed(), 'integer', 'of the bootstrap: the same seed gives the same intervals'),
      ...settingFlags('savedModels', 'prices', 'engine', 'precision', 'cacheDir'),
    })
    .refine(...WHOLE_PAIR)
    .refine(...TWO_LLMS)
    .refine(
      ({ split, trainSplit }) => split !== trainSplit,
      '--split and --train-split are the same: kNN would be measured on what it was made of',
    ),
  run: async ({ model, split, trainSplit, out, seed: ofBootstrap, ...options }, terminal) => {
    const config = readConfig(options)
    const service = await openForCommand(config, terminal)
    const { card } = await service.selection.describeModel(model)
    if (card.guard === undefined) {
      throw new LLimitError('INVALID_ARGUMENT', `--model: expected a model with a guard, got ${model}`)
    }
    const data = withSplits(await readJudgedData(options.outcomes), devShareOf(card))
    const ofSplit = (name: string) => outcomesOfSplit(data.outcomes, name).outcomes
    if (ofSplit(split).score.length === 0) throw emptySplit(split, checkJudgedData(data).splits)
    const { outcomes, remarks } = ofKnownLlms(ofSplit(split), model, card.llms)
    const training = ofSplit(trainSplit)
    const encoder = await service.encoders.forCard(card)
    const embedded = async (own: Outcomes) => {
      const texts = own.prompts.map(({ text }) => text)
      const vectors = await cachedEmbeddings(encoder, card.encoder.name, texts, { config, terminal })
      return { outcomes: own, embeddings: matrixOf(vectors, card.encoder.dimension) }
    }
    const nearest = predictNearest(await embedded(training), await embedded(outcomes))
    const request = { model, card, outcomes, training, nearest }
    const { prompts, unpriced, pricesAsOf } = await pricedPrompts(service.selection, request, terminal)
    const pair = pairOf(options)
    const report = await measureDecisions(prompts, {
      z: card.guard.z,
      seed: ofBootstrap,
      ...(card.shared_difficulty && { deviation: card.shared_difficulty.deviation }),
      ...(pair && { pair }),
    })
    const told = [
      ...remarks,
      ...(unpriced.length === 0 ? [] : [`no price is known of ${unpriced.length} LLMs: ${listOf(unpriced)}`]),
    ]
    for (const line of [...told, ...linesOfDecisions(report)]) terminal.print(line)
    const result = {
      date: new Date().toISOString().slice(0, 10),
      model: { name: model, version: card.version, origin: card.origin.sha256 },
      files: data.files,
      split,
      trainSplit,
      seed: ofBootstrap,
      pricesAsOf,
      unpriced,
      ...report,
    }
    if (out !== undefined) {
      await makeFolder(out)
      await writeFile(path.join(out, 'decisions.json'), `${JSON.stringify(result, undefined, 1)}\n`)
      await writeFile(path.join(out, 'decisions.svg'), decisionsSvg(report))
      terminal.print(`\n${out}: decisions.json, decisions.svg`)
    }
    return result
  },
})
