import { createHash } from 'node:crypto'
import path from 'node:path'

import { z } from 'zod'

import { readConfig } from '../config/config.js'
import { matrixOf } from '../numeric/matrix.js'
import { checkJudgedData } from '../outcomes/checkJudgedData.js'
import { exclude } from '../outcomes/exclude.js'
import { readJudgedData } from '../outcomes/readJudgedData.js'
import { linesOf, listOf } from '../outcomes/reportLines.js'
import { prepareDestination } from '../savedModel/destination.js'
import { versionFolder } from '../savedModel/names.js'
import { writeSavedModel } from '../savedModel/writeSavedModel.js'
import { startBackend } from '../tensor/backend.js'
import { untrainableLlms } from '../train/data/prepareData.js'
import { CheckpointFile } from '../train/loop/checkpointFile.js'
import { trainingReport } from '../train/report/trainingReport.js'
import { trainModel } from '../train/trainModel.js'
import { defineCommand } from './commandLine/command.js'
import { flag, names, settingFlags } from './commandLine/flags.js'
import { cachedEmbeddings } from './embeddings.js'
import { cacheFolder, openForCommand, withSavedModels } from './openForCommand.js'
import { checkReference } from './reference.js'
import { REPORT, writePage } from './reporting/writePage.js'
import { savedModelName, savedModelsFolder } from './savedModelFlags.js'
import { doubtsOf, FORCE, notMadeLive, unprovenBy, warn } from './training/doubts.js'
import { describeMetrics, EpochLines } from './training/epochLines.js'
import { backendsFor, recipeOf, trainingFlags } from './training/recipe.js'

export const command = defineCommand({
  description:
    'Trains a saved model on outcomes and pairwise comparisons and writes it as dense_network/<name>. Prompts are embedded ' +
    'once. A training that was interrupted resumes when it is started again.',
  examples: [
    'llimit train --outcomes outcomes.jsonl.gz --name my-model',
    'llimit train --outcomes outcomes.jsonl comparisons.csv --name my-model --config default --new-version',
  ],
  flags: z
    .object({
      ...trainingFlags,
      name: savedModelName(),
      type: flag(z.enum(['dense_network']).default('dense_network'), 'type', 'of the saved model'),
      out: savedModelsFolder(),
      replace: flag(z.boolean().default(false), '', 'replace a saved model of that name'),
      force: flag(z.boolean().default(false), '', FORCE),
      report: flag(z.string().min(1).optional(), 'file', REPORT),
      newVersion: flag(z.boolean().default(false), '', 'keep a saved model of that name as <name>@<version>'),
      excludeSource: flag(names().default([]), 'source,...', 'leave out what comes from these sources'),
      excludeLlm: flag(names().default([]), 'llm,...', 'leave out these LLMs'),
      excludeBlock: flag(
        names().default([]),
        'llm@source,...',
        'leave out what these sources say of these LLMs, such as outcomes that are known to be wrong',
      ),
      ...settingFlags('engine', 'precision', 'cacheDir'),
    })
    .refine(
      ({ replace, newVersion }) => !(replace && newVersion),
      '--replace and --new-version exclude each other',
    ),
  run: async (options, terminal) => {
    const { name, seed, outcomes, replace, newVersion, backend: wanted } = options
    const config = withSavedModels(readConfig(options), options.out)
    const { savedModels: root } = config
    const onConflict = replace ? 'replace' : newVersion ? 'newVersion' : 'reject'
    const recipe = await recipeOf(options.config)
    // Before minutes of training, not after.
    await prepareDestination({ root, name }, 'dense_network', onConflict)
    const cache = await cacheFolder(config, terminal)
    const { excludeSource: sources, excludeLlm: llms, excludeBlock: blocks } = options
    const exclusion = { sources, llms, blocks }
    const data = exclude(await readJudgedData(outcomes), exclusion)
    const weaknesses = checkJudgedData(data)
    for (const line of linesOf(weaknesses)) terminal.note(line)
    const skippedLlms = untrainableLlms(data, recipe)
    if (skippedLlms.length > 0) terminal.note(`skipped (no training data): ${listOf(skippedLlms)}`)

    const service = await openForCommand(config, terminal)
    const encoder = await service.encoders.get(options.encoder)
    const { sha256, dimension, identity } = encoder
    const embed = async (prompts: readonly string[]) =>
      matrixOf(await cachedEmbeddings(encoder, options.encoder, prompts, { config, terminal }), dimension)
    const embeddings = await embed(data.outcomes.prompts.map(({ text }) => text))

    const { name: backend } = await startBackend(backendsFor(wanted))
    const key = keyOf([data.files, exclusion, recipe, seed, sha256, backend])
    // A folder for each name and key: two of a name may run at once.
    const folder = path.join(cache, 'train', `${name}-${key.slice(0, 12)}`)
    const epochs = new EpochLines(terminal)
    const { card, files } = await trainModel({
      data,
      embeddings,
      encoder: { name: options.encoder, dimension, sha256, identity },
      embed,
      recipe,
      seed,
      about: { command: commandOf(process.argv.slice(2)), backend },
      checkpointOf: (component) =>
        new CheckpointFile(path.join(folder, component), key, {
          onResume: (epoch) => terminal.note(`${component}: resuming from epoch ${epoch}`),
          onDiscard: (reason) => terminal.note(`${component}: starting over, ${reason}`),
        }),
      onEpoch: (component, report, metrics) => epochs.epoch(component, report, metrics),
    })
    const components = epochs.end()
    const measured = card.training?.metrics ?? {}
    const doubts = doubtsOf(measured)
    const warnings = [...doubts, ...unprovenBy(measured)]
    if (warnings.length > 0) warn(warnings, terminal)
    const isLive = doubts.length === 0 || options.force
    const written = await writeSavedModel({ root, name }, card, files, isLive ? onConflict : 'aside')
    await new CheckpointFile(folder, key).remove()
    const {
      directory,
      card: { version, training },
    } = written
    const metrics = training?.metrics ?? {}
    terminal.print(`wrote ${directory}, version ${version}${describeMetrics(metrics)}`)
    const live = `dense_network/${name}`
    const model = isLive ? live : versionFolder(live, version)
    const reference = await checkReference(service.selection, model, written.card, terminal)
    if (options.report !== undefined) {
      const trained = {
        model: live,
        version,
        metrics,
        curves: epochs.curves,
        data: weaknesses,
        recipe,
        doubts,
      }
      terminal.print(await writePage(options.report, trainingReport(trained)))
    }
    if (!isLive) throw notMadeLive(live, version, doubts)
    return { model, version, directory, metrics, components, skippedLlms, reference, doubts }
  },
})

/** As it was typed; of a path that leaves the folder only the file's name: the rest means nothing to a reader of the card. */
function commandOf(args: readonly string[]): string {
  const leaves = (arg: string) => path.isAbsolute(arg) || arg.startsWith('..')
  return ['llimit', ...args.map((arg) => (leaves(arg) ? path.basename(arg) : arg))].join(' ')
}

function keyOf(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}
