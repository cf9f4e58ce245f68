import { writeFile } from 'node:fs/promises'

import { z } from 'zod'

import { readConfig } from '../config/config.js'
import { LLimitError } from '../errors.js'
import { calibrateThreshold } from '../evaluate/decisions/calibrateThreshold.js'
import type { CalibratedThreshold, PairPrompt } from '../evaluate/decisions/calibrateThreshold.js'
import { outcomesOfSplit } from '../evaluate/selectOutcomes.js'
import { at, valueAt } from '../numeric/at.js'
import { readPrompts } from '../offline/prompts.js'
import { checkJudgedData } from '../outcomes/checkJudgedData.js'
import { llmOf } from '../outcomes/outcomes.js'
import { readJudgedData } from '../outcomes/readJudgedData.js'
import { withSplits } from '../outcomes/splits.js'
import { BATCH_SIZE } from '../selection/requests.js'
import { defineCommand } from './commandLine/command.js'
import { files, flag, seed, settingFlags } from './commandLine/flags.js'
import { devShareOf } from './evaluation/devShare.js'
import { emptySplit } from './evaluation/splits.js'
import { openForCommand } from './openForCommand.js'

/** Prompts per call, as a client with many would send them. */
const PROMPTS_PER_CALL = 256

/** A prompt with the scores that LLMs got on it, if it was judged. */
interface GivenPrompt {
  text: string
  scores: ReadonlyMap<string, number>
}

export const command = defineCommand({
  description:
    "Finds the threshold of /rank's objective of that name by which a strong LLM gets a share of the prompts and a weak one the " +
    'others, on prompts like those that will come; with outcomes, also what score to expect.',
  examples: [
    'llimit calibrate-threshold --strong gpt-4o-2024-05-13 --weak mixtral-8x7b-instruct-v0.1 --strong-share 0.3 --outcomes outcomes.jsonl.gz',
    'llimit calibrate-threshold --strong gpt-5 --weak gpt-5-mini --strong-share 0.3 --prompts prompts.txt --out threshold.json',
  ],
  flags: z
    .object({
      model: flag(z.string().optional(), 'model', 'the saved model (default: that of /rank)'),
      strong: flag(z.string(), 'llm', 'the better LLM of two, by any name that means it'),
      weak: flag(z.string(), 'llm', 'the cheaper one'),
      strongShare: flag(
        z.coerce.number('expected a number between 0 and 1, such as 0.3').gt(0).lt(1),
        'number',
        'of the prompts that the strong LLM gets, between 0 and 1',
      ),
      prompts: flag(
        z.string().optional(),
        'file',
        '.jsonl: a JSON string or an object with "prompt" a line; any other file: a prompt a line',
      ),
      outcomes: flag(files().default([]), 'file', 'outcomes (.jsonl, .jsonl.gz), in place of --prompts'),
      split: flag(z.string().default('dev'), 'name', 'the prompts of the outcomes to measure on'),
      out: flag(z.string().optional(), 'file', 'write the result there, as JSON'),
      seed: flag(seed(), 'integer', 'of the bootstrap: the same seed gives the same intervals'),
      ...settingFlags('savedModels', 'engine', 'precision'),
    })
    .refine(
      ({ prompts, outcomes }) => (prompts === undefined) === outcomes.length > 0,
      'expected either --prompts or --outcomes',
    ),
  run: async (options, terminal) => {
    const { strong, weak, strongShare, out, seed: ofBootstrap } = options
    const config = readConfig(options)
    const { model = config.defaultModel } = options
    const { selection } = await openForCommand(config, terminal)
    const { card } = await selection.describeModel(model)
    if (card.output !== 'probability') {
      throw new LLimitError('INVALID_ARGUMENT', `--model: expected a model of probabilities, got ${model}`)
    }
    const given =
      options.prompts === undefined
        ? await judgedPrompts(options.outcomes, options.split, devShareOf(card))
        : await plainPrompts(options.prompts)
    const pairs: PairPrompt[] = []
    await terminal.progress('prompts', async (onProgress) => {
      for (let from = 0; from < given.length; from += PROMPTS_PER_CALL) {
        const chunk = given.slice(from, from + PROMPTS_PER_CALL)
        const { scores, resolved } = await selection.infer({
          model,
          llms: [strong, weak],
          resolveNames: true,
          prompts: chunk.map(({ text }) => text),
          batchSize: BATCH_SIZE.default,
        })
        const known = (llm: string) => resolved.get(llm) ?? llm
        if (known(strong) === known(weak)) {
          throw new LLimitError(
            'INVALID_ARGUMENT',
            `--strong and --weak: expected two LLMs, got ${known(weak)} twice`,
          )
        }
        chunk.forEach((prompt, p) => {
          const probabilityOf = (llm: string) => at(valueAt(scores, llm), p)
          const [ofStrong, ofWeak] = [strong, weak].map((llm) => prompt.scores.get(known(llm)))
          const judged = ofStrong !== undefined && ofWeak !== undefined
          pairs.push({
            advantage: probabilityOf(strong) - probabilityOf(weak),
            ...(judged && { scores: { strong: ofStrong, weak: ofWeak } }),
          })
        })
        onProgress(pairs.length, given.length)
      }
    })
    const found = calibrateThreshold(pairs, strongShare, { seed: ofBootstrap })
    for (const line of linesOf(found, strong, weak)) terminal.print(line)
    const objective = { type: 'threshold', strong, weak, threshold: found.threshold.value }
    const result = { model, version: card.version, strongShare, objective, ...found }
    if (out !== undefined) await writeFile(out, `${JSON.stringify(result, undefined, 2)}\n`)
    return result
  },
})

async function judgedPrompts(
  outcomes: readonly string[],
  split: string,
  devShare: number | undefined,
): Promise<GivenPrompt[]> {
  const data = withSplits(await readJudgedData(outcomes), devShare)
  const own = outcomesOfSplit(data.outcomes, split).outcomes
  if (own.score.length === 0) throw emptySplit(split, checkJudgedData(data).splits)
  const scores = own.prompts.map(() => new Map<string, number>())
  own.prompt.forEach((p, i) => at(scores, p).set(llmOf(own, i), at(own.score, i)))
  return own.prompts.map(({ text }, p) => ({ text, scores: at(scores, p) }))
}

async function plainPrompts(file: string): Promise<GivenPrompt[]> {
  const found: GivenPrompt[] = []
  for await (const { prompt } of readPrompts(file)) found.push({ text: prompt, scores: new Map() })
  if (found.length === 0) throw new LLimitError('INVALID_FILE', `${file}: expected a prompt, got none`)
  return found
}

function linesOf(
  { prompts, threshold, sent, quality }: CalibratedThreshold,
  strong: string,
  weak: string,
): string[] {
  const { value, low, high } = threshold
  const shown = (name: string, estimate: CalibratedThreshold['threshold'] | undefined) =>
    estimate === undefined
      ? []
      : [
          `  ${name}: ${estimate.value.toFixed(3)} (${estimate.low.toFixed(3)} to ${estimate.high.toFixed(3)})`,
        ]
  return [
    `threshold ${value} (95 % interval ${low} to ${high}): ${strong} gets ${(100 * sent).toFixed(1)} % of ${prompts} prompts`,
    ...(quality === undefined
      ? []
      : [
          `mean scores on the ${quality.prompts} prompts with outcomes of both, of which it gets ${(100 * quality.sent).toFixed(1)} %:`,
          ...shown('by the threshold', quality.score),
          ...shown('more than if as many were drawn at random', quality.overRandom),
          ...shown(strong, quality.strong),
          ...shown(weak, quality.weak),
        ]),
  ]
}
