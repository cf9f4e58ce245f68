import { readConfig } from '../config.js'
import { evaluate } from '../evaluate/evaluate.js'
import { validatePair } from '../evaluate/evaluatePair.js'
import { outcomesOfSplit } from '../evaluate/selectOutcomes.js'
import type { System } from '../evaluate/system.js'
import { tablesOf } from '../evaluate/table.js'
import { createLogger } from '../log.js'
import { checkJudgedData } from '../outcomes/checkJudgedData.js'
import type { Outcomes } from '../outcomes/outcomes.js'
import { readJudgedData } from '../outcomes/readJudgedData.js'
import { withSplits } from '../outcomes/splits.js'
import { linesOf } from '../outcomes/reportLines.js'
import { openService } from '../wiring.js'
import type { Service } from '../wiring.js'
import { baselinesFor } from './evaluation/baselines.js'
import { fromFiles, fromModel, ofKnownLlms } from './evaluation/candidates.js'
import type { Candidates } from './evaluation/candidates.js'
import { devShareOf } from './evaluation/devShare.js'
import { parseOptions, USAGE } from './evaluation/options.js'
import type { EvaluateOptions } from './evaluation/options.js'
import { emptySplit } from './evaluation/splits.js'
import { writeEvaluation } from './evaluation/write.js'
import { print, runScript } from './run.js'

await runScript(USAGE, async () => {
  const options = parseOptions(process.argv.slice(2))
  const { split, trainSplit, seed, model } = options
  const read = await readJudgedData(options.outcomes)

  const service = await openService(readConfig(), createLogger('warn'))
  try {
    const card = model === undefined ? undefined : (await service.selection.describeModel(model)).card
    // What the model was trained on must not be measured, so its own training says what was held out.
    const data = withSplits(read, card === undefined ? undefined : devShareOf(card))
    const report = checkJudgedData(data)
    linesOf(report).forEach(print)
    const splitOf = (name: string) => outcomesOfSplit(data.outcomes, name).outcomes
    if (splitOf(split).score.length === 0) throw emptySplit(split, report.splits)
    const { outcomes, systems, remarks } = await candidatesOf(service, splitOf(split), options)
    const baselines = await baselinesOf(service, splitOf(trainSplit), outcomes, options)
    remarks.push(...baselines.remarks)
    const evaluation = evaluate(outcomes, [...systems, ...baselines.systems], {
      seed,
      ...(options.pair === undefined ? {} : { pair: options.pair }),
    })
    for (const line of ['', ...remarks, `split ${split}:`, ...tablesOf(evaluation)]) print(line)
    if (options.out === undefined) return
    const written = await writeEvaluation(options.out, evaluation, {
      date: new Date().toISOString().slice(0, 10),
      ...(card === undefined || model === undefined
        ? {}
        : { model: { name: model, version: card.version, origin: card.origin.sha256 } }),
      files: data.files,
      split,
      trainSplit,
      seed,
      remarks,
    })
    print(`\n${options.out}: ${written.join(', ')}`)
  } finally {
    await service.close()
  }
})

/** The model first, then the files, all on the outcomes that each of them can predict. */
async function candidatesOf(
  { selection }: Service,
  all: Outcomes,
  { model, predictions, pair }: EvaluateOptions,
): Promise<Candidates> {
  const known =
    model === undefined
      ? { outcomes: all, remarks: [] }
      : ofKnownLlms(all, model, (await selection.describeModel(model)).llms)
  const { outcomes, systems, remarks } = await fromFiles(known.outcomes, predictions)
  if (pair !== undefined) validatePair(outcomes, pair)
  const models = model === undefined ? [] : [await fromModel(selection, model, outcomes)]
  return { outcomes, systems: [...models, ...systems], remarks: [...known.remarks, ...remarks] }
}

async function baselinesOf(
  { selection, encoders }: Service,
  train: Outcomes,
  test: Outcomes,
  { baselines, logistic, model, trainSplit }: EvaluateOptions,
): Promise<{ systems: System[]; remarks: string[] }> {
  if (!baselines) return { systems: [], remarks: [] }
  if (train.score.length === 0) {
    return { systems: [], remarks: [`no baselines: --train-split ${trainSplit} has no outcomes`] }
  }
  if (model === undefined) {
    const remarks = ['no kNN and no logistic regression: they take the embeddings of --model']
    return { systems: await baselinesFor(train, test, { logistic }), remarks }
  }
  const { card } = await selection.describeModel(model)
  return { systems: await baselinesFor(train, test, { logistic, from: { card, encoders } }), remarks: [] }
}
