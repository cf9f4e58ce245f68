import path from 'node:path'
import { parseArgs } from 'node:util'

import { readConfig } from '../config.js'
import { LLimitError } from '../errors.js'
import { createLogger } from '../log.js'
import { matrixOf } from '../numeric/matrix.js'
import { readJudgedData } from '../outcomes/readJudgedData.js'
import { writeSavedModel } from '../savedModel/writeSavedModel.js'
import { readCheckedFiles } from '../scorer/files.js'
import { startBackend } from '../tensor/backend.js'
import { addLlm } from '../train/newLlm/addLlm.js'
import { openService } from '../wiring.js'
import { outcomesOf } from './adding/newOutcomes.js'
import { trustIn } from './adding/report.js'
import { cachedEmbeddings } from './embeddings.js'
import { checkReference } from './reference.js'
import { print, runScript } from './run.js'

const USAGE = `npm run add-llm -- --model dense_network/<name> --llm <new LLM> --outcomes <file>... [--relatives a,b]
npm run add-llm -- --model dense_network/<name> --llm <new LLM> --as mixture --relatives a,b

Adds an LLM to a trained model from its outcomes (.jsonl, .jsonl.gz; ten will do), the network as it is, and writes the next
version of the model; the version before stays as dense_network/<name>@<version>. --relatives: known LLMs that it is like,
to start from. --as mixture: their mean, for an LLM without outcomes.`

await runScript(USAGE, async () => {
  const options = parseOptions(process.argv.slice(2))
  const { model, llm, relatives } = options
  const { prompts, scores } =
    options.outcomes.length === 0
      ? { prompts: [], scores: new Float32Array() }
      : outcomesOf(llm, (await readJudgedData(options.outcomes)).outcomes)
  const config = readConfig()
  const service = await openService(config, createLogger('warn'))
  try {
    const { card, directory } = await service.registry.find(model)
    const encoder = await service.encoders.forCard(card)
    const embeddings = matrixOf(
      await cachedEmbeddings(encoder, card.encoder.name, prompts),
      card.encoder.dimension,
    )
    await startBackend(['wasm', 'cpu'])
    const files = await readCheckedFiles({ directory, files: card.files })
    const started = performance.now()
    const added = await addLlm({ card, files, llm, relatives, prompts, embeddings, scores })
    const fitted = performance.now()
    const validation = added.validate()
    const validated = performance.now()
    const now = (await service.registry.find(model)).card.version
    if (now !== card.version) {
      throw new LLimitError(
        'INVALID_REQUEST',
        `${model} has become version ${now} meanwhile, this began with ${card.version}; try again`,
      )
    }
    const place = { root: config.savedModels, name: path.basename(directory) }
    const written = await writeSavedModel(place, added.card, added.files, 'newVersion')
    const checked = validation === undefined ? '' : `, cross-validated in ${seconds(fitted, validated)} s`
    print(`${llm}: ${scores.length} outcomes, fitted in ${seconds(started, fitted)} s${checked}`)
    for (const line of trustIn({ scores, relatives }, validation)) print(line)
    print(`wrote ${written.directory}, version ${written.card.version} (before: ${model}@${card.version})`)
    await checkReference(service.selection, model, written.card)
  } finally {
    await service.close()
  }
})

function seconds(from: number, to: number): string {
  return ((to - from) / 1000).toFixed(2)
}

interface AddOptions {
  model: string
  llm: string
  outcomes: string[]
  relatives: string[]
}

/** @throws LLimitError INVALID_REQUEST, naming the flag. */
function parseOptions(args: readonly string[]): AddOptions {
  const { values, positionals } = parseArgs({
    args: [...args],
    // `--outcomes a b` leaves b among the positionals.
    allowPositionals: true,
    options: {
      model: { type: 'string' },
      llm: { type: 'string' },
      outcomes: { type: 'string', multiple: true, default: [] },
      relatives: { type: 'string', default: '' },
      as: { type: 'string' },
    },
  })
  const { model, llm, as } = values
  const outcomes = values.outcomes.length > 0 ? [...values.outcomes, ...positionals] : []
  const relatives = [...new Set(values.relatives.split(',').map((name) => name.trim()))].filter(
    (name) => name !== '',
  )
  if (model === undefined) throw refused('--model is missing')
  if (/@\d+$/.test(model)) throw refused(`--model must name the latest version, without "@"; it is ${model}`)
  if (llm === undefined || llm === '') throw refused('--llm is missing')
  if (as !== undefined && as !== 'mixture') throw refused(`--as must be mixture; it is ${as}`)
  if (as === 'mixture' && relatives.length === 0) throw refused('--as mixture needs --relatives')
  if (as === 'mixture' && outcomes.length > 0) throw refused('--as mixture is for an LLM without --outcomes')
  if (as === undefined && outcomes.length === 0) throw refused('--outcomes is missing')
  return { model, llm, outcomes, relatives }
}

function refused(message: string): LLimitError {
  return new LLimitError('INVALID_REQUEST', message)
}
