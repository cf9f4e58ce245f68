import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'

import { z } from 'zod'

import { LLimitError } from '../../src/errors.js'
import { describeCommit } from '../machine.js'
import { CACHE, ROOT } from '../paths.js'
import type { SystemUnderTest } from './systemUnderTest.js'
import { rankMessages, scoreMessages, systemOneMessages } from './messages.js'
import { MODEL_NAME, SAVED_MODELS } from './savedModel.js'
import { STATIC_MODELS } from './staticModel.js'
import { installedVersions } from './versions.js'

/** An engine of our own server; `auto` leaves the choice to the server. */
export interface Variant {
  engine: string
  precision?: string
  /** Server processes on the port. */
  processes?: number
}

/** The variant that serves `dense_network/default` as it is shipped, which chooses as well. */
export const SHIPPED = 'shipped'
const SHIPPED_MODEL = 'dense_network/default'

/** The variant whose saved model rests on the static encoder: no engine computes. */
export const STATIC = 'static'

/** Where the program lies in a compiled checkout, the newest place first. */
const PROGRAMS = [['dist/src/cli/main.js', 'serve'], ['dist/src/main.js']] as const

/**
 * Our own server, with what its operator would set to choose the engine.
 * @param checkout another compiled checkout of the project, which serves the same saved model; by default this one
 */
export function llimit({ engine, precision, processes = 1 }: Variant, checkout = ROOT): SystemUnderTest {
  const models = modelsOf(engine)
  const choice = {
    ...(!['auto', STATIC, SHIPPED].includes(engine) && { LLIMIT_ENGINE: engine }),
    ...(precision !== undefined && { LLIMIT_PRECISION: precision }),
    ...(processes > 1 && { LLIMIT_WORKERS: String(processes) }),
  }
  const served = engine === SHIPPED ? shipped() : undefined
  return {
    ...scoreMessages(served),
    ...(served !== undefined && {
      decisions: { rank: rankMessages(served), systemOne: systemOneMessages(served) },
    }),
    name: [
      'LLimit',
      engine,
      precision,
      ...(processes > 1 ? [`× ${processes}`] : []),
      ...(checkout === ROOT ? [] : [`at ${describeCommit(checkout)}`]),
    ]
      .filter((part) => part !== undefined)
      .join(' '),
    hasCache: true,
    versions: installedVersions(checkout, [
      'onnxruntime-node',
      '@tensorflow/tfjs-core',
      '@tensorflow/tfjs-node',
      'express',
    ]),
    start: (port) => ({
      command: process.execPath,
      args: programOf(checkout),
      env: {
        HOST: '127.0.0.1',
        PORT: String(port),
        LLIMIT_SAVED_MODELS: models,
        LLIMIT_PRELOAD: served?.model ?? MODEL_NAME,
        ...choice,
      },
    }),
    engineFrom,
  }
}

function modelsOf(engine: string): string {
  if (engine === SHIPPED) return path.join(ROOT, 'saved_models')
  return path.join(CACHE, engine === STATIC ? STATIC_MODELS : SAVED_MODELS)
}

function shipped() {
  const file = path.join(ROOT, 'saved_models', SHIPPED_MODEL, 'card.json')
  const { llms } = z.object({ llms: z.array(z.string()) }).parse(JSON.parse(readFileSync(file, 'utf8')))
  return { model: SHIPPED_MODEL, names: (count: number) => llms.slice(0, count) }
}

/** What node is given to start the server of a checkout. */
function programOf(checkout: string): string[] {
  for (const [program, ...args] of PROGRAMS) {
    const file = path.join(checkout, program)
    if (existsSync(file)) return [file, ...args]
  }
  const problem = `expected a compiled checkout of the project, found no ${PROGRAMS[0][0]} in ${checkout}`
  throw new LLimitError('INVALID_ARGUMENT', `--checkout: ${problem}; run \`npm ci && npm run build\` there`)
}

/** What is read of the line that the server logs when an encoder is open. */
const encoderReady = z.object({ description: z.string(), precision: z.string().optional() })

function engineFrom(log: string): string | undefined {
  const line = log.split('\n').find((text) => text.includes('"encoder ready"'))
  if (line === undefined) return undefined
  const { description, precision } = encoderReady.parse(JSON.parse(line))
  return precision === undefined || description.includes(precision)
    ? description
    : `${description}, ${precision}`
}

/** `onnxruntime:int8@2`; the precision and the number of processes are optional. */
export function variantOf(text: string, otherwise: string | undefined): Variant {
  const [variant = text, processes] = text.split('@')
  const [engine = variant, precision = otherwise] = variant.split(':')
  const count = Number(processes ?? 1)
  if (!Number.isInteger(count) || count < 1) {
    const problem = `expected engine[:precision][@processes], got ${text}`
    throw new LLimitError('INVALID_ARGUMENT', `--engine: ${problem}`)
  }
  return { engine, ...(precision !== undefined && { precision }), ...(count > 1 && { processes: count }) }
}
