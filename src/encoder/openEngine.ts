import { LLimitError, messageOf } from '../errors.js'
import { startBackend } from '../tensor/backend.js'
import type { BackendName } from '../tensor/backend.js'
import type { EngineName } from '../engines.js'
import type { OpenEngine } from './engine.js'

/** A SavedModel on a current TensorFlow if `npm run build-native` was run, else operations on the stock packages. */
const onTensorflow: OpenEngine = async (spec, precision) => {
  try {
    const { openNative } = await import('./native/nativeEngine.js')
    return await openNative(spec, precision)
  } catch (native) {
    if (native instanceof LLimitError && native.code === 'MODEL_BROKEN') throw native
    try {
      const engine = await onTensorflowJs(['tfjs-node-gpu', 'tfjs-node'])(spec, precision)
      return { ...engine, description: `${engine.description}; no SavedModel: ${messageOf(native)}` }
    } catch (stock) {
      throw new LLimitError('ENGINE_UNAVAILABLE', `${messageOf(native)}; ${messageOf(stock)}`)
    }
  }
}

/**
 * How each engine is opened. A library is imported only when its engine is asked for: one that is not installed, or does
 * not load on this machine, is a reason to take another, not to fail.
 */
export const OPEN_ENGINE: Readonly<Record<EngineName, OpenEngine>> = {
  tensorflow: onTensorflow,
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
