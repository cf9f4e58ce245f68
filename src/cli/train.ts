import { createHash } from 'node:crypto'
import path from 'node:path'

import { readConfig } from '../config.js'
import { createLogger } from '../log.js'
import { matrixOf } from '../numeric/matrix.js'
import { checkJudgedData } from '../outcomes/checkJudgedData.js'
import { readJudgedData } from '../outcomes/readJudgedData.js'
import { linesOf, listOf } from '../outcomes/reportLines.js'
import { prepareDestination } from '../savedModel/destination.js'
import { writeSavedModel } from '../savedModel/writeSavedModel.js'
import { startBackend } from '../tensor/backend.js'
import { untrainableLlms } from '../train/data/prepareData.js'
import { CheckpointFile } from '../train/loop/checkpointFile.js'
import { trainModel } from '../train/trainModel.js'
import { openService } from '../wiring.js'
import { cachedEmbeddings } from './embeddings.js'
import { checkReference } from './reference.js'
import { print, runScript } from './run.js'
import { parseOptions, USAGE } from './training/options.js'

/** Where interrupted trainings are kept, a folder for each name and key: two of a name may run at once. */
const KEPT = path.join('.cache', 'train')

await runScript(USAGE, async () => {
  const options = await parseOptions(process.argv.slice(2))
  const { name, recipe, seed, ifTaken } = options
  const config = readConfig()
  const root = options.out ?? config.savedModels
  // Minutes of training for a place that is taken would be in vain.
  await prepareDestination({ root, name }, 'dense_network', ifTaken)
  const data = await readJudgedData(options.outcomes)
  linesOf(checkJudgedData(data)).forEach(print)
  const untrainable = untrainableLlms(data, recipe)
  if (untrainable.length > 0) print(`skipped (no training data): ${listOf(untrainable)}`)

  const service = await openService(
    { ...config, savedModels: root, encoderRoots: [root, ...config.encoderRoots] },
    createLogger('warn'),
  )
  try {
    const encoder = await service.encoders.get(options.encoder)
    const { sha256, dimension } = encoder
    const embed = async (prompts: readonly string[]) =>
      matrixOf(await cachedEmbeddings(encoder, options.encoder, prompts), dimension)
    const started = performance.now()
    const embeddings = await embed(data.outcomes.prompts.map(({ text }) => text))
    print(`embeddings: ${data.outcomes.prompts.length} prompts, ${secondsSince(started)} s`)

    const backend = (await startBackend(options.backend === undefined ? ['wasm', 'cpu'] : [options.backend]))
      .name
    const key = keyOf([data.files, recipe, seed, sha256, backend])
    const folder = path.join(KEPT, `${name}-${key.slice(0, 12)}`)
    const { card, files } = await trainModel({
      data,
      embeddings,
      encoder: { name: options.encoder, dimension, sha256 },
      embed,
      recipe,
      seed,
      about: { command: commandOf(process.argv.slice(2)), backend },
      checkpointOf: (component) =>
        new CheckpointFile(path.join(folder, component), key, {
          onResume: (epoch) => print(`resuming ${component} after epoch ${epoch}`),
          onDiscard: (reason) => print(`${component} starts over: ${reason}`),
        }),
      onEpoch: (component, { epoch, epochs, trainLoss, devLoss, secondsLeft }, metrics) => {
        print(
          `${component}, epoch ${epoch} of ${epochs}: loss ${trainLoss.toFixed(4)}, dev ${devLoss.toFixed(4)}` +
            `${inWords(metrics)}, ${Math.ceil(secondsLeft)} s left`,
        )
      },
    })
    const written = await writeSavedModel({ root, name }, card, files, ifTaken)
    await new CheckpointFile(folder, key).remove()
    print(
      `wrote ${written.directory}, version ${written.card.version}${inWords(card.training?.metrics ?? {})}`,
    )
    await checkReference(service.selection, `dense_network/${name}`, written.card)
  } finally {
    await service.close()
  }
})

function inWords(metrics: Readonly<Record<string, number>>): string {
  return Object.entries(metrics)
    .map(([name, value]) => `, ${name.replace('_', ' ')} ${value.toFixed(4)}`)
    .join('')
}

/** As it was typed; of a path that leaves the project only the file's name, since it means nothing to who reads the card. */
function commandOf(args: readonly string[]): string {
  const leaves = (arg: string) => path.isAbsolute(arg) || arg.startsWith('..')
  return ['npm run train --', ...args.map((arg) => (leaves(arg) ? path.basename(arg) : arg))].join(' ')
}

function keyOf(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}

function secondsSince(start: number): string {
  return ((performance.now() - start) / 1000).toFixed(1)
}
