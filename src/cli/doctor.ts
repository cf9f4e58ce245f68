import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'

import { z } from 'zod'

import { readConfig } from '../config/config.js'
import { readEncoderSpec } from '../encoder/directory.js'
import type { EncoderSpec } from '../encoder/directory.js'
import { StaticEncoder } from '../encoder/static/staticEncoder.js'
import { isStaticEncoder } from '../encoder/static/staticSpec.js'
import { openThread } from '../encoder/selectEngine.js'
import type { EngineChoice } from '../encoder/worker.js'
import { engineFacts, ENGINES, PRECISIONS } from '../engines.js'
import { messageOf } from '../errors.js'
import { at } from '../numeric/at.js'
import { findEncoder } from '../savedModel/listing.js'
import { defineCommand } from './commandLine/command.js'
import { flag, settingFlags } from './commandLine/flags.js'
import type { Terminal } from './commandLine/terminal.js'

const MEBIBYTE = 2 ** 20

const CHOICES: readonly EngineChoice[] = ENGINES.flatMap((engine) =>
  PRECISIONS.filter((precision) => engineFacts(engine).precisions.includes(precision)).map((precision) => ({
    engine,
    precision,
  })),
)

const choice = z.object({ engine: z.enum(ENGINES), precision: z.enum(PRECISIONS) })

/** What an engine showed in a process of its own, or why it does not work. */
const examination = z.union([
  choice.extend({ problem: z.string() }),
  choice.extend({
    description: z.string(),
    maxError: z.number(),
    minCosine: z.number(),
    shortMs: z.number(),
    singleMs: z.number(),
    batchMs: z.number(),
    /** Whether the times but for the first follow from the first. */
    extrapolated: z.boolean(),
    /** Resident memory that it added. */
    memoryMiB: z.number(),
  }),
])

type Examination = z.infer<typeof examination>

export const command = defineCommand({
  description:
    'Opens every engine of the encoder in every precision, each in a process of its own, and prints whether it loads, how far ' +
    'it is from the reference vectors, how long it takes for 1 prompt of 16 tokens, 1 of 111 and 32 of 32 (with ~: not ' +
    'measured, but from the first), and the memory that it adds.',
  examples: ['llimit doctor', 'llimit doctor --only onnxruntime:int8 --json'],
  flags: z.object({
    encoder: flag(z.string().default('all-MiniLM-L6-v2'), 'name', 'an installed encoder'),
    only: flag(z.enum(CHOICES.map(nameOf)).optional(), 'engine:precision', CHOICES.map(nameOf).join(', ')),
    ...settingFlags('savedModels'),
  }),
  run: async ({ encoder, only, ...flags }, terminal) => {
    const { encoderRoots, savedModels } = readConfig(flags)
    const directory = await findEncoder(encoderRoots, encoder)
    if (await isStaticEncoder(directory)) return examineStatic(encoder, directory, terminal)
    const spec = await readEncoderSpec(directory)
    const { bert, pooling, sha256 } = spec
    const layers = bert.num_hidden_layers
    terminal.print(
      `${encoder}: ${layers} layers of ${bert.hidden_size}, ${pooling} pooling, sha256 ${sha256}\n`,
    )
    terminal.print(
      row('engine', 'precision', 'error', 'cosine', '1x16 ms', '1x111 ms', '32x32 ms', 'memory', 'what'),
    )
    const engines: Examination[] = []
    for (const choice of CHOICES) {
      if (only !== undefined && only !== nameOf(choice)) continue
      const found =
        only === undefined
          ? await examineInSubprocess(encoder, savedModels, choice)
          : await examine(spec, choice)
      terminal.print(describe(found))
      engines.push(found)
    }
    return { encoder, sha256, engines }
  },
})

function nameOf({ engine, precision }: EngineChoice): string {
  return `${engine}:${precision}`
}

/** One without engines: it is opened, which holds it to its reference vectors, and timed. */
async function examineStatic(encoder: string, directory: string, terminal: Terminal) {
  const before = process.memoryUsage().rss
  const opened = await StaticEncoder.open(directory)
  const memoryMiB = (process.memoryUsage().rss - before) / MEBIBYTE
  const { description, dimension, spec } = opened
  // Each text is read often enough that what is measured is compiled.
  const singleMs = fastestMs(() => opened.encode(TEXT))
  const { tokens } = opened.encode(TEXT)
  terminal.print(`${encoder}: ${description}, ${dimension} dimensions, sha256 ${spec.sha256}`)
  terminal.print(
    `needs no engine; reference vectors hold; 1 prompt of ${tokens} tokens ${singleMs.toFixed(3)} ms, ` +
      `memory ${memoryMiB.toFixed(0)} MiB`,
  )
  return { encoder, sha256: spec.sha256, description, dimension, tokens, singleMs, memoryMiB }
}

/** About as many tokens as a real prompt has in the mean. */
const TEXT =
  'Write a function that counts how often each word of a text occurs, and explain why it is fast. '.repeat(6)
const ROUNDS = 200

function fastestMs(work: () => unknown): number {
  const times = Array.from({ length: ROUNDS }, () => {
    const start = performance.now()
    work()
    return performance.now() - start
  })
  return Math.min(...times)
}

/** In a process of its own: memory that a library has taken once is not counted again for the next that uses it. */
async function examineInSubprocess(
  encoder: string,
  savedModels: string,
  choice: EngineChoice,
): Promise<Examination> {
  const script = path.join(import.meta.dirname, 'main.js')
  const flags = ['--encoder', encoder, '--saved-models', savedModels, '--only', nameOf(choice), '--json']
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [script, 'doctor', ...flags])
    const { engines } = z.object({ engines: z.tuple([examination]) }).parse(JSON.parse(stdout))
    return engines[0]
  } catch (error) {
    return { ...choice, problem: lastLine(messageOf(error)) }
  }
}

async function examine(spec: EncoderSpec, choice: EngineChoice): Promise<Examination> {
  const before = process.memoryUsage().rss
  try {
    const { thread, opened } = await openThread(spec, choice)
    const memoryMiB = (process.memoryUsage().rss - before) / MEBIBYTE
    await thread.close()
    return { ...opened, memoryMiB }
  } catch (error) {
    return { ...choice, problem: messageOf(error) }
  }
}

function describe(found: Examination): string {
  const { engine, precision } = found
  if ('problem' in found) return row(engine, precision, '-', '-', '-', '-', '-', '-', found.problem)
  const { maxError, minCosine, shortMs, singleMs, batchMs, extrapolated, memoryMiB, description } = found
  const about = extrapolated ? '~' : ''
  const numbers = [
    maxError.toExponential(1),
    minCosine.toFixed(6),
    shortMs.toFixed(1),
    about + singleMs.toFixed(1),
    about + batchMs.toFixed(0),
    `${memoryMiB.toFixed(0)} MiB`,
  ]
  return row(engine, precision, ...numbers, description)
}

const WIDTHS = [12, 9, 9, 9, 8, 9, 9, 9]

/** The last cell is as wide as it is. */
function row(...cells: string[]): string {
  return cells.map((cell, i) => (i < WIDTHS.length ? cell.padEnd(at(WIDTHS, i)) : cell)).join(' ')
}

function lastLine(text: string): string {
  return text.trim().split('\n').slice(-1).join()
}
