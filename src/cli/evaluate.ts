import type { Card } from '../card.js'
import { readConfig } from '../config/config.js'
import type { Config } from '../config/config.js'
import { evaluate } from '../evaluate/evaluate.js'
import { describeFreeChoice, freeChoiceOf } from '../evaluate/freeChoice.js'
import { outcomesOfSplit } from '../evaluate/selectOutcomes.js'
import { tablesOf } from '../evaluate/table.js'
import { checkJudgedData } from '../outcomes/checkJudgedData.js'
import { readJudgedData } from '../outcomes/readJudgedData.js'
import { linesOf } from '../outcomes/reportLines.js'
import { withSplits } from '../outcomes/splits.js'
import type { Service } from '../wiring.js'
import { defineCommand } from './commandLine/command.js'
import type { Terminal } from './commandLine/terminal.js'
import { baselinesOf } from './evaluation/baselines.js'
import { candidatesOf } from './evaluation/candidates.js'
import { devShareOf } from './evaluation/devShare.js'
import { evaluateLengths } from './evaluation/lengths.js'
import { flags, pairOf } from './evaluation/flags.js'
import { emptySplit } from './evaluation/splits.js'
import { writeEvaluation } from './evaluation/write.js'
import { writeReport } from './evaluation/writeReport.js'
import { cachedEmbeddings } from './embeddings.js'
import { openForCommand } from './openForCommand.js'

export const command = defineCommand({
  description:
    'Measures a saved model, through the code that serves it, on the prompts of one split of the outcomes, against baselines ' +
    'fitted on another split.',
  examples: [
    'llimit evaluate --model dense_network/my-model --outcomes outcomes.jsonl.gz --out evaluation',
    'llimit evaluate --model dense_network/my-model --outcomes outcomes.jsonl.gz --report report.html',
    'llimit evaluate --predictions other.jsonl --outcomes outcomes.jsonl.gz --strong a --weak b',
  ],
  flags,
  run: async (options, terminal) => {
    const { split, trainSplit, seed, model, out } = options
    const read = await readJudgedData(options.outcomes)

    const config = readConfig(options)
    const service = await openForCommand(config, terminal)
    const card = model === undefined ? undefined : (await service.selection.describeModel(model)).card
    // What the model was trained on must not be measured, so its own training says what was held out.
    const data = withSplits(read, card === undefined ? undefined : devShareOf(card))
    const report = checkJudgedData(data)
    for (const line of linesOf(report)) terminal.note(line)
    const splitOf = (name: string) => outcomesOfSplit(data.outcomes, name).outcomes
    if (splitOf(split).score.length === 0) throw emptySplit(split, report.splits)
    const candidates = await candidatesOf(service, splitOf(split), options, terminal)
    const { outcomes, systems } = candidates
    const inputs =
      card === undefined ? undefined : { card, embed: embedderOf(service, card, config, terminal) }
    const baselines = await baselinesOf(splitOf(trainSplit), outcomes, { ...options, inputs }, terminal)
    const freeChoice =
      candidates.choices === undefined
        ? undefined
        : freeChoiceOf(outcomes.prompts, candidates.choices, splitOf(trainSplit))
    const remarks = [
      ...candidates.remarks,
      ...baselines.remarks,
      ...(freeChoice === undefined ? [] : [describeFreeChoice(freeChoice)]),
    ]
    const pair = pairOf(options)
    const training = splitOf(trainSplit)
    const lengths =
      card === undefined || model === undefined
        ? undefined
        : await evaluateLengths(service.selection, { model, card, outcomes, training, seed }, terminal)
    const evaluation = {
      ...evaluate(outcomes, [...systems, ...baselines.systems], {
        seed,
        ...(pair === undefined ? {} : { pair }),
        ...(card?.shared_difficulty === undefined ? {} : { deviation: card.shared_difficulty.deviation }),
      }),
      ...(lengths && { lengths }),
    }
    for (const line of [...remarks, `split ${split}:`, ...tablesOf(evaluation)]) terminal.print(line)
    const provenance = {
      date: new Date().toISOString().slice(0, 10),
      ...(card === undefined || model === undefined
        ? {}
        : { model: { name: model, version: card.version, origin: card.origin.sha256 } }),
      files: data.files,
      split,
      trainSplit,
      seed,
      ...(freeChoice === undefined ? {} : { freeChoice }),
      remarks,
    }
    if (out !== undefined) {
      const written = await writeEvaluation(out, evaluation, provenance)
      terminal.print(`\n${out}: ${written.join(', ')}`)
    }
    if (options.report !== undefined) {
      const all = [...systems, ...baselines.systems]
      const measured = { outcomes, training, systems: all, evaluation, provenance, data: report, card }
      terminal.print(`\n${await writeReport(options.report, measured, service.selection, terminal)}`)
    }
    return { ...provenance, ...evaluation }
  },
})

/** Embeds with the encoder of a saved model. */
function embedderOf(
  { encoders }: Service,
  card: Card,
  config: Config,
  terminal: Terminal,
): (texts: readonly string[]) => Promise<Float32Array> {
  return async (texts) =>
    cachedEmbeddings(await encoders.forCard(card), card.encoder.name, texts, { config, terminal })
}
