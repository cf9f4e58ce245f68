import path from 'node:path'

import { z } from 'zod'

import { CACHE, ROOT } from '../paths.js'
import type { SystemUnderTest } from './systemUnderTest.js'
import { scoreMessages } from './messages.js'
import { MODEL_NAME, SAVED_MODELS } from './savedModel.js'
import { STATIC_MODELS } from './staticModel.js'
import { installedVersions } from './versions.js'

/** An engine of our own server; `auto` leaves the choice to the server. */
export interface Variant {
  engine: string
  precision?: string
}

/** The variant whose saved model rests on the static encoder: no engine computes. */
export const STATIC = 'static'

/** Our own server, with what its operator would set to choose the engine. */
export function llimit({ engine, precision }: Variant): SystemUnderTest {
  const isStatic = engine === STATIC
  const models = path.join(CACHE, isStatic ? STATIC_MODELS : SAVED_MODELS)
  const choice = {
    ...(engine !== 'auto' && !isStatic && { LLIMIT_ENGINE: engine }),
    ...(precision !== undefined && { LLIMIT_PRECISION: precision }),
  }
  return {
    ...scoreMessages,
    name: ['LLimit', engine, precision].filter((part) => part !== undefined).join(' '),
    hasCache: true,
    versions: installedVersions(ROOT, [
      'onnxruntime-node',
      '@tensorflow/tfjs-core',
      '@tensorflow/tfjs-node',
      'express',
    ]),
    start: (port) => ({
      command: process.execPath,
      args: [path.join(ROOT, 'dist/src/cli/main.js'), 'serve'],
      env: {
        HOST: '127.0.0.1',
        PORT: String(port),
        LLIMIT_SAVED_MODELS: models,
        LLIMIT_PRELOAD: MODEL_NAME,
        ...choice,
      },
    }),
    engineFrom,
  }
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

/** `onnxruntime:int8`; the precision is optional. */
export function variantOf(text: string, otherwise: string | undefined): Variant {
  const [engine = text, precision = otherwise] = text.split(':')
  return precision === undefined ? { engine } : { engine, precision }
}
