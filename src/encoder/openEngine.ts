import { LLimitError } from '../errors.js'
import { startBackend } from '../tensor/backend.js'
import type { BackendName } from '../tensor/backend.js'
import type { EngineName } from '../config.js'
import type { OpenEngine } from './engine.js'

/**
 * How each engine is opened. A library is imported only when its engine is asked for: one that is not installed, or does
 * not load on this machine, is a reason to take another, not to fail.
 */
export const OPEN_ENGINE: Readonly<Record<EngineName, OpenEngine>> = {
  tensorflow: onTensorflowJs(['tfjs-node-gpu', 'tfjs-node']),
  onnxruntime: async (spec, precision) => {
    const { openOnnxruntime } = await import('./onnx/onnxruntimeEngine.js')
    return openOnnxruntime(spec, precision)
  },
  wasm: onTensorflowJs(['wasm']),
  cpu: onTensorflowJs(['cpu']),
}

/** The encoder in TensorFlow.js operations, one by one. */
function onTensorflowJs(backends: readonly BackendName[]): OpenEngine {
  return async (spec, precision) => {
    if (precision !== 'fp32') throw new LLimitError('ENGINE_UNAVAILABLE', `does not compute in ${precision}`)
    await startBackend(backends)
    const { openTfjs } = await import('./tfjs/tfjsEngine.js')
    return openTfjs(spec)
  }
}
