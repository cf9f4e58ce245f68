import { parseArgs } from 'node:util'

import { Presets, SingleBar } from 'cli-progress'

import { readConfig } from '../config.js'
import { LLimitError } from '../errors.js'
import { createLogger } from '../log.js'
import { BATCH_SIZE } from '../selection/requests.js'
import { openService } from '../wiring.js'
import { scoreFile } from '../offline/scoreFile.js'
import { print, runScript } from './run.js'

const USAGE = `npm run infer -- --model dense_network/<name> [--llms a,b] --prompts <file> --out <scores.jsonl> [--batch-size ${BATCH_SIZE.default}]

Scores the prompts of a file (.jsonl: a JSON string or an object with "prompt" per line; else a prompt per line) and
writes a line {"model", "prompt", "scores"} for each. Without --llms, every LLM that the model knows. A run that was
stopped goes on where it stopped when it is started again.`

await runScript(USAGE, async () => {
  const { values } = parseArgs({
    options: {
      model: { type: 'string' },
      llms: { type: 'string' },
      prompts: { type: 'string' },
      out: { type: 'string' },
      'batch-size': { type: 'string', default: String(BATCH_SIZE.default) },
    },
  })
  const model = required('--model', values.model)
  const promptsFile = required('--prompts', values.prompts)
  const out = required('--out', values.out)
  const batchSize = parseBatchSize(values['batch-size'])

  const { selection, close } = await openService(readConfig(), createLogger('warn'))
  const bar = process.stderr.isTTY ? new SingleBar({ etaBuffer: 1000 }, Presets.shades_classic) : undefined
  try {
    const llms = values.llms?.split(',') ?? (await selection.describeModel(model)).llms
    bar?.start(0, 0)
    const onProgress = (done: number, total: number) => {
      bar?.setTotal(total)
      bar?.update(done)
    }
    const { before, now } = await scoreFile(selection, {
      model,
      llms,
      promptsFile,
      out,
      batchSize,
      onProgress,
    })
    bar?.stop()
    print(
      `${out}: ${now} prompts scored for ${llms.length} LLMs${before > 0 ? `, ${before} from before` : ''}`,
    )
  } finally {
    bar?.stop()
    await close()
  }
})

function parseBatchSize(text: string): number {
  const { min, max } = BATCH_SIZE
  const size = Number(text)
  if (Number.isInteger(size) && size >= min && size <= max) return size
  throw new LLimitError('INVALID_REQUEST', `--batch-size must be ${min} to ${max}; it is ${text}`)
}

function required(flag: string, value: string | undefined): string {
  if (value === undefined) throw new LLimitError('INVALID_REQUEST', `${flag} is missing`)
  return value
}
