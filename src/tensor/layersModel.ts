import type { io } from '@tensorflow/tfjs-core'

import { LLimitError } from '../errors.js'

/** A TensorFlow.js layers model as it lies on disk: file name -> bytes. */
export type ModelFiles = ReadonlyMap<string, Uint8Array>

const TOPOLOGY_FILE = 'model.json'
const WEIGHTS_FILE = 'weights.bin'

/** The two parts of model.json that loading needs; TensorFlow.js checks the topology itself. */
interface ModelJson {
  modelTopology: io.ModelJSON['modelTopology']
  weightsManifest: io.WeightsManifestConfig
}

/**
 * Puts the files of a layers model together for `tf.io.fromMemory`, so that a model loads from bytes that were checked,
 * with or without the file system handlers of tfjs-node.
 * @throws LLimitError MODEL_BROKEN where a file is missing or model.json is not the JSON of a layers model.
 */
export function toArtifacts(files: ModelFiles): io.ModelArtifacts {
  const json = parseTopology(files)
  const weightSpecs = json.weightsManifest.flatMap(({ weights }) => weights)
  const parts = json.weightsManifest.flatMap(({ paths }) => paths).map((name) => fileOf(files, name))
  const data = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let offset = 0
  for (const part of parts) {
    data.set(part, offset)
    offset += part.length
  }
  return { modelTopology: json.modelTopology, weightSpecs, weightData: data.buffer }
}

/** The files that `toArtifacts` reads back: the topology and one file of weights. */
export function toFiles({ modelTopology, weightSpecs, weightData }: io.ModelArtifacts): ModelFiles {
  const json = {
    format: 'layers-model',
    modelTopology,
    weightsManifest: [{ paths: [WEIGHTS_FILE], weights: weightSpecs ?? [] }],
  }
  const buffers = weightData === undefined ? [] : Array.isArray(weightData) ? weightData : [weightData]
  return new Map([
    [TOPOLOGY_FILE, Buffer.from(JSON.stringify(json, undefined, 1) + '\n')],
    [WEIGHTS_FILE, Buffer.concat(buffers.map((buffer) => new Uint8Array(buffer)))],
  ])
}

function parseTopology(files: ModelFiles): ModelJson {
  let json: Partial<ModelJson> | null
  try {
    json = JSON.parse(Buffer.from(fileOf(files, TOPOLOGY_FILE)).toString('utf8')) as Partial<ModelJson> | null
  } catch (cause) {
    throw new LLimitError('MODEL_BROKEN', `${TOPOLOGY_FILE} is not JSON`, { cause })
  }
  const { modelTopology, weightsManifest } = json ?? {}
  if (modelTopology === undefined || !Array.isArray(weightsManifest)) {
    throw new LLimitError('MODEL_BROKEN', `${TOPOLOGY_FILE} needs modelTopology and weightsManifest`)
  }
  return { modelTopology, weightsManifest }
}

function fileOf(files: ModelFiles, name: string): Uint8Array {
  const bytes = files.get(name)
  if (bytes === undefined) throw new LLimitError('MODEL_BROKEN', `the file ${name} is missing`)
  return bytes
}
