import * as tf from '@tensorflow/tfjs-core'

import { valueAt } from '../../numeric/at.js'
import { encodeSentences } from '../bert.js'
import type { EncoderSpec } from '../directory.js'
import type { Engine } from '../engine.js'
import { openWeights } from '../weightFile.js'
import type { WeightFile } from '../weightFile.js'
import { isLinearMatrix, weightTable } from '../weights.js'
import type { WeightRow } from '../weights.js'
import { TfjsOperations } from './operations.js'

/** The encoder in TensorFlow.js operations, on whichever backend this thread has started. */
export async function openTfjs(spec: EncoderSpec): Promise<Engine> {
  const weightFile = await openWeights(spec)
  try {
    return engineOf(spec, await loadWeights(spec, weightFile), weightFile.leftOut)
  } finally {
    await weightFile.file.close()
  }
}

function engineOf(
  spec: EncoderSpec,
  weights: ReadonlyMap<string, tf.Tensor>,
  leftOut: readonly string[],
): Engine {
  const get = (name: string) => valueAt(weights, name)
  return {
    description: `tensorflow.js ${tf.version_core}, ${tf.getBackend()}`,
    leftOut,
    encode: async (tokens) => {
      const vectors = tf.tidy(() => encodeSentences(new TfjsOperations(tokens, get, spec.bert), spec))
      try {
        // A copy: what the backend gives may be a view into its own memory.
        return Float32Array.from(await vectors.data())
      } finally {
        vectors.dispose()
      }
    },
    dispose: () => {
      tf.dispose([...weights.values()])
      return Promise.resolve()
    },
  }
}

async function loadWeights(
  spec: EncoderSpec,
  { read }: Pick<WeightFile, 'read'>,
): Promise<Map<string, tf.Tensor>> {
  const weights = new Map<string, tf.Tensor>()
  for (const row of weightTable(spec.bert)) {
    weights.set(row.name, toTensor(row, await read(row.name)))
  }
  return weights
}

function toTensor(row: WeightRow, values: Float32Array): tf.Tensor {
  const tensor = tf.tensor(values, [...row.shape], 'float32')
  if (!isLinearMatrix(row)) return tensor
  // Backends multiply [in, out] faster than they multiply by a transpose, so it is transposed once, here.
  const transposed = tf.transpose(tensor)
  tensor.dispose()
  return transposed
}
