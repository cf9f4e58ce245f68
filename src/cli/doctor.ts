import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'

import { ENGINES, PRECISIONS, readConfig } from '../config.js'
import { readEncoderSpec } from '../encoder/directory.js'
import type { EncoderSpec } from '../encoder/directory.js'
import { openThread, SUPPORTED } from '../encoder/selectEngine.js'
import type { EngineChoice } from '../encoder/worker.js'
import { LLimitError, messageOf } from '../errors.js'
import { findEncoder } from '../savedModel/listing.js'
import { print, runScript } from './run.js'

const USAGE = `npm run doctor [-- --encoder all-MiniLM-L6-v2] [--only onnxruntime:fp32]

Opens every engine of the encoder in every precision, one after the other and each in a process of its own, and prints whether it
loads, how far it is from the reference vectors, how long it takes for 1 prompt of 16 tokens, 1 of 111 and 32 of 32 (with ~: not
measured, but from the first), and the memory that it added.`

const MEBIBYTE = 2 ** 20

const CHOICES: readonly EngineChoice[] = ENGINES.flatMap((engine) =>
  PRECISIONS.filter((precision) => SUPPORTED[engine].includes(precision)).map((precision) => ({
    engine,
    precision,
  })),
)

await runScript(USAGE, async () => {
  const { values } = parseArgs({
    options: { encoder: { type: 'string', default: 'all-MiniLM-L6-v2' }, only: { type: 'string' } },
  })
  const { encoderRoots } = readConfig()
  const spec = await readEncoderSpec(await findEncoder(encoderRoots, values.encoder))
  if (values.only !== undefined) {
    print(await examine(spec, choiceOf(values.only)))
    return
  }
  const { bert, pooling } = spec
  print(
    `${values.encoder}: ${bert.num_hidden_layers} layers of ${bert.hidden_size}, ${pooling} pooling, sha256 ${spec.sha256}\n`,
  )
  print(row('engine', 'precision', 'error', 'cosine', '1x16 ms', '1x111 ms', '32x32 ms', 'memory', 'what'))
  for (const choice of CHOICES) print(await examineApart(values.encoder, choice))
})

function choiceOf(text: string): EngineChoice {
  const choice = CHOICES.find((known) => nameOf(known) === text)
  if (choice !== undefined) return choice
  throw new LLimitError(
    'INVALID_REQUEST',
    `--only must be one of ${CHOICES.map(nameOf).join(', ')}; it is ${text}`,
  )
}

function nameOf({ engine, precision }: EngineChoice): string {
  return `${engine}:${precision}`
}

/** In a process of its own: memory that a library has taken once is not counted again for the next that uses it. */
async function examineApart(encoder: string, choice: EngineChoice): Promise<string> {
  const script = fileURLToPath(import.meta.url)
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [
      script,
      '--encoder',
      encoder,
      '--only',
      nameOf(choice),
    ])
    return stdout.trimEnd()
  } catch (error) {
    return failed(choice, messageOf(error).trim().split('\n').at(-1) ?? '')
  }
}

async function examine(spec: EncoderSpec, choice: EngineChoice): Promise<string> {
  const before = process.memoryUsage().rss
  try {
    const { thread, opened } = await openThread(spec, choice)
    const memory = `${((process.memoryUsage().rss - before) / MEBIBYTE).toFixed(0)} MiB`
    await thread.close()
    const { maxError, minCosine, shortMs, singleMs, batchMs, extrapolated, description } = opened
    const about = extrapolated ? '~' : ''
    const numbers = [
      maxError.toExponential(1),
      minCosine.toFixed(6),
      shortMs.toFixed(1),
      about + singleMs.toFixed(1),
      about + batchMs.toFixed(0),
    ]
    return row(choice.engine, choice.precision, ...numbers, memory, description)
  } catch (error) {
    return failed(choice, messageOf(error))
  }
}

function failed({ engine, precision }: EngineChoice, why: string): string {
  return row(engine, precision, '-', '-', '-', '-', '-', '-', why)
}

function row(...cells: string[]): string {
  const widths = [12, 9, 9, 9, 8, 9, 9, 9]
  return cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' ')
}
