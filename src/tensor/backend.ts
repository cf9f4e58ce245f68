import { createRequire } from 'node:module'
import util from 'node:util'

import * as tf from '@tensorflow/tfjs-core'

import { LLimitError, messageOf } from '../errors.js'
import { at } from '../numeric/at.js'

/** The two native packages are optional and may not be installed. */
export type BackendName = 'tfjs-node-gpu' | 'tfjs-node' | 'wasm' | 'cpu'

export interface StartedBackend {
  name: BackendName
  /** Those that were tried first, each with the reason why it is not used. */
  rejected: { name: BackendName; reason: string }[]
}

type NativePackage = '@tensorflow/tfjs-node' | '@tensorflow/tfjs-node-gpu'

/** Name -> loads the package, which registers itself with tfjs-core; gives the name it registers under. */
const LOADERS: Record<BackendName, () => Promise<string>> = {
  'tfjs-node-gpu': () => loadNative('@tensorflow/tfjs-node-gpu'),
  'tfjs-node': () => loadNative('@tensorflow/tfjs-node'),
  wasm: () => import('@tensorflow/tfjs-backend-wasm').then(() => 'wasm'),
  cpu: () => import('@tensorflow/tfjs-backend-cpu').then(() => 'cpu'),
}

/**
 * Starts the first backend of `candidates` that loads and computes a small product correctly: a package can install and
 * still fail at its first real operation (a missing driver, an unknown processor).
 * Native TensorFlow keeps state that is not safe in two threads, so one thread of a process at most may ask for it.
 * @throws LLimitError ENGINE_UNAVAILABLE, with every reason, if none works.
 */
export async function startBackend(candidates: readonly BackendName[]): Promise<StartedBackend> {
  // Without it TensorFlow.js prints an advertisement for its native packages at the first operation.
  tf.enableProdMode()
  const rejected: StartedBackend['rejected'] = []
  for (const name of candidates) {
    try {
      const registered = await LOADERS[name]()
      if (!(await tf.setBackend(registered))) throw new Error('the backend did not initialize')
      await tryOneProduct()
      return { name, rejected }
    } catch (error) {
      rejected.push({ name, reason: at(messageOf(error).split('\n', 1), 0) })
    }
  }
  const reasons = rejected.map(({ name, reason }) => `${name}: ${reason}`).join('; ')
  throw new LLimitError('ENGINE_UNAVAILABLE', `no TensorFlow.js backend works here (${reasons})`)
}

function loadNative(name: NativePackage): Promise<string> {
  requireNativePackage(name)
  return Promise.resolve('tensorflow')
}

/** Loads one of TensorFlow's native packages; it registers itself with tfjs-core as the backend `tensorflow`. */
export function requireNativePackage(name: NativePackage): unknown {
  restoreRemovedUtil()
  return createRequire(import.meta.url)(name)
}

/** tfjs-node 4.22 calls two functions of node:util that Node 22 warns of and Node 23 removed. */
function restoreRemovedUtil(): void {
  Object.assign(util, {
    isNullOrUndefined: (value: unknown) => value === null || value === undefined,
    isArray: Array.isArray,
  })
}

async function tryOneProduct(): Promise<void> {
  const product = tf.tidy(() =>
    tf.matMul(tf.tensor2d([1, 2, 3, 4], [2, 2]), tf.tensor2d([5, 6, 7, 8], [2, 2])),
  )
  const values = await product.data()
  product.dispose()
  if (values.join() !== '19,22,43,50')
    throw new Error(`a 2x2 product: expected 19,22,43,50, got ${values.join()}`)
}
