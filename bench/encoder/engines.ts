import { LLimitError } from '../../src/errors.js'
import { ENGINES } from '../../src/encoder/engine.js'
import type { EngineName, OpenEngine } from '../../src/encoder/engine.js'
import { openOnnxruntime } from '../../src/encoder/onnx/onnxruntimeEngine.js'
import { openTfjs } from '../../src/encoder/tfjs/tfjsEngine.js'
import { startBackend } from '../../src/tensor/backend.js'
import type { BackendName } from '../../src/tensor/backend.js'

const OPEN: Readonly<Record<EngineName, OpenEngine>> = {
  tensorflow: tfjs('tfjs-node'),
  onnxruntime: openOnnxruntime,
  wasm: tfjs('wasm'),
  cpu: tfjs('cpu'),
}

/** @throws LLimitError INVALID_REQUEST for a name that no engine has. */
export function engineNamed(name: string): OpenEngine {
  const known = ENGINES.find((engine) => engine === name)
  if (known === undefined)
    throw new LLimitError('INVALID_REQUEST', `there is no engine "${name}"; there are ${ENGINES.join(', ')}`)
  return OPEN[known]
}

function tfjs(backend: BackendName): OpenEngine {
  return async (spec, precision) => {
    if (precision !== 'fp32')
      throw new LLimitError('ENGINE_UNAVAILABLE', `${backend} does not compute in ${precision}`)
    await startBackend([backend])
    return openTfjs(spec)
  }
}
