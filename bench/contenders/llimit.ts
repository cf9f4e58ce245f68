import path from 'node:path'

import { CACHE, ROOT } from '../paths.js'
import { installedVersions } from '../versions.js'
import type { Contender } from './contender.js'
import { scoreMessages } from './messages.js'
import { MODEL_NAME, SAVED_MODELS } from './savedModel.js'

/** An engine of our own server; `auto` leaves the choice to the server. */
export interface Variant {
  engine: string
  precision?: string
}

/** Our own server, with what its operator would set to choose the engine. */
export function llimit({ engine, precision }: Variant): Contender {
  const choice = {
    ...(engine !== 'auto' && { LLIMIT_ENGINE: engine }),
    ...(precision !== undefined && { LLIMIT_PRECISION: precision }),
  }
  return {
    ...scoreMessages,
    name: ['LLimit', engine, precision].filter((part) => part !== undefined).join(' '),
    remembers: true,
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
        LLIMIT_SAVED_MODELS: path.join(CACHE, SAVED_MODELS),
        LLIMIT_PRELOAD: MODEL_NAME,
        ...choice,
      },
    }),
  }
}

/** `onnxruntime:int8`; the precision is optional. */
export function variantOf(text: string, otherwise: string | undefined): Variant {
  const [engine = '', precision = otherwise] = text.split(':')
  return precision === undefined ? { engine } : { engine, precision }
}
