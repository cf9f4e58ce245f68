import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os, { availableParallelism } from 'node:os'
import path from 'node:path'

import * as tf from '@tensorflow/tfjs-core'

import { LLimitError } from '../../errors.js'
import { startNativeTensorflow } from '../../tensor/nativeTensorflow.js'
import type { NativeTensorflow, SavedModel } from '../../tensor/nativeTensorflow.js'
import type { EncoderSpec } from '../directory.js'
import type { Engine, OpenEngine } from '../engine.js'
import { padTokens, positions } from '../packing.js'
import type { PackedTokens } from '../packing.js'
import { openWeights } from '../weightFile.js'
import { weightTable } from '../weights.js'
import { reasonAgainstBf16 } from './bf16.js'
import { writeBertModel } from './bertGraph.js'

/**
 * The TensorFlow library itself, on the GPU if it finds one, from a SavedModel that is written here. One thread of a process
 * at most may open it.
 */
export const openNative: OpenEngine = async (spec, precision) => {
  if (precision === 'int8') throw unavailable('does not compute in int8')
  const tensorflow = await startNativeTensorflow()
  const against = precision === 'bf16' && !tensorflow.usesGpu ? reasonAgainstBf16() : undefined
  if (against !== undefined) throw unavailable(against)
  const { model, leftOut } = await loadModel(tensorflow, spec, precision)
  const device = tensorflow.usesGpu ? 'gpu' : `cpu, ${availableParallelism()} threads`
  return engineOf(model, `native TensorFlow ${tensorflow.version}, ${device}, ${precision}`, leftOut)
}

function engineOf(model: SavedModel, description: string, leftOut: readonly string[]): Engine {
  return {
    description,
    leftOut,
    encode: (tokens) => {
      const inputs = inputsOf(tokens)
      try {
        return Promise.resolve(readEmbedding(model.predict(inputs)))
      } finally {
        tf.dispose(inputs)
      }
    },
    dispose: () => {
      model.dispose()
      return Promise.resolve()
    },
  }
}

async function loadModel(
  tensorflow: NativeTensorflow,
  spec: EncoderSpec,
  precision: 'fp32' | 'bf16',
): Promise<{ model: SavedModel; leftOut: readonly string[] }> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'llimit-encoder-'))
  try {
    await writeFile(path.join(folder, 'saved_model.pb'), writeBertModel(spec, precision))
    const load = await tensorflow.loadSavedModel(folder, 'load')
    try {
      const leftOut = await assignWeights(load, spec)
      return { model: await tensorflow.loadSavedModel(folder, 'serve'), leftOut }
    } finally {
      load.dispose()
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** @returns tensors that are not needed. */
async function assignWeights(load: SavedModel, spec: EncoderSpec): Promise<readonly string[]> {
  const { file, read, leftOut } = await openWeights(spec)
  const weights: tf.NamedTensorMap = {}
  try {
    for (const { name, shape } of weightTable(spec.bert))
      weights[name] = tf.tensor(await read(name), [...shape], 'float32')
    tf.dispose(load.predict(weights))
    return leftOut
  } finally {
    tf.dispose(weights)
    await file.close()
  }
}

function inputsOf(tokens: PackedTokens): tf.NamedTensorMap {
  const { B, S, toPadded, fromPadded, mask } = padTokens(tokens)
  return {
    ids: tf.tensor1d(tokens.ids, 'int32'),
    positions: tf.tensor1d(positions(tokens), 'int32'),
    toPadded: tf.tensor2d(toPadded, [B, S], 'int32'),
    fromPadded: tf.tensor1d(fromPadded, 'int32'),
    mask: tf.tensor2d(Float32Array.from(mask), [B, S], 'float32'),
  }
}

/** A copy: what the backend gives may be a view into its own memory. */
function readEmbedding(outputs: tf.NamedTensorMap): Float32Array {
  const { embedding } = outputs
  if (embedding === undefined)
    throw new LLimitError('INTERNAL', 'expected an output "embedding" of the graph, got none')
  try {
    return Float32Array.from(embedding.dataSync())
  } finally {
    embedding.dispose()
  }
}

function unavailable(why: string): LLimitError {
  return new LLimitError('ENGINE_UNAVAILABLE', why)
}
