import * as tf from '@tensorflow/tfjs-core'

import { LLimitError, messageOf } from '../errors.js'
import { at } from '../numeric/at.js'
import { requireNativePackage, startBackend } from './backend.js'

/** A signature of a SavedModel, loaded. */
export interface SavedModel {
  predict(inputs: tf.NamedTensorMap): tf.NamedTensorMap
  /** Frees the graph and its variables with the last of its signatures. */
  dispose(): void
}

/** TensorFlow's own library, as the backend of this thread. */
export interface NativeTensorflow {
  version: string
  usesGpu: boolean
  /** Signatures of the same folder share their variables. */
  loadSavedModel(folder: string, signature: string): Promise<SavedModel>
}

/** The part of @tensorflow/tfjs-node that is used; the package is optional, so its own types may not be there. */
interface TfjsNode {
  node: { loadSavedModel(folder: string, tags: string[], signature: string): Promise<SavedModel> }
}
interface NodeBackend {
  isUsingGpuDevice: boolean
  binding: { TF_Version: string }
}

/** The package's own download is 2.9; `npm run build-native` builds it against a current one. */
const MIN_VERSION = '2.21'

/**
 * Starts native TensorFlow in this thread, which must be the only one of the process to do so.
 * @throws LLimitError ENGINE_UNAVAILABLE if it is not built, too old or does not work here.
 */
export async function startNativeTensorflow(): Promise<NativeTensorflow> {
  try {
    await startBackend(['tfjs-node'])
  } catch (error) {
    throw unavailable(
      `native TensorFlow does not start (build it with "npm run build-native"): ${messageOf(error)}`,
    )
  }
  const { node } = requireNativePackage('@tensorflow/tfjs-node') as TfjsNode
  const { binding, isUsingGpuDevice } = tf.backend() as unknown as NodeBackend
  if (isOlder(binding.TF_Version, MIN_VERSION)) {
    throw unavailable(
      `expected TensorFlow ${MIN_VERSION} or later, got ${binding.TF_Version}; build it with "npm run build-native"`,
    )
  }
  return {
    version: binding.TF_Version,
    usesGpu: isUsingGpuDevice,
    loadSavedModel: (folder, signature) => node.loadSavedModel(folder, ['serve'], signature),
  }
}

/** Compares major and minor number. */
export function isOlder(version: string, than: string): boolean {
  const [major, minor] = majorAndMinor(version)
  const [thanMajor, thanMinor] = majorAndMinor(than)
  return major < thanMajor || (major === thanMajor && minor < thanMinor)
}

function majorAndMinor(version: string): readonly [major: number, minor: number] {
  const numbers = version.split('.').map(Number)
  return [at(numbers, 0), at(numbers, 1)]
}

function unavailable(why: string): LLimitError {
  return new LLimitError('ENGINE_UNAVAILABLE', why)
}
