import * as tf from '@tensorflow/tfjs-core'

import { LLimitError, messageOf } from '../errors.js'
import { requireNativePackage } from './nativePackage.js'

/** The two native packages are optional and may not be installed. */
export type BackendName = 'tfjs-node-gpu' | 'tfjs-node' | 'wasm' | 'cpu'

export interface StartedBackend {
  name: BackendName
  /** Those that were tried first, each with the reason why it was not taken. */
  rejected: { name: BackendName; reason: string }[]
}

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
 * @throws LLimitError ENGINE_UNAVAILABLE, with every reason, where none works.
 */
export async function startBackend(candidates: readonly BackendName[]): Promise<StartedBackend> {
  // Without it TensorFlow.js prints an advertisement for its native packages at the first operation.
  tf.enableProdMode()
  const rejected: StartedBackend['rejected'] = []
  for (const name of candidates) {
    try {
      const registered = await LOADERS[name]()
      if (!(await tf.setBackend(registered))) throw new Error('the backend did not initialise')
      await tryOneProduct()
      return { name, rejected }
    } catch (error) {
      rejected.push({ name, reason: firstLine(messageOf(error)) })
    }
  }
  const reasons = rejected.map(({ name, reason }) => `${name}: ${reason}`).join('; ')
  throw new LLimitError('ENGINE_UNAVAILABLE', `no TensorFlow.js backend works here (${reasons})`)
}

function loadNative(name: Parameters<typeof requireNativePackage>[0]): Promise<string> {
  requireNativePackage(name)
  return Promise.resolve('tensorflow')
}

async function tryOneProduct(): Promise<void> {
  const product = tf.tidy(() =>
    tf.matMul(tf.tensor2d([1, 2, 3, 4], [2, 2]), tf.tensor2d([5, 6, 7, 8], [2, 2])),
  )
  const values = await product.data()
  product.dispose()
  if (values.join() !== '19,22,43,50') throw new Error(`a 2x2 product gave ${values.join()} for 19,22,43,50`)
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? text
}
