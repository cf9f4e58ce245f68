import type { io } from '@tensorflow/tfjs-core'

import { z } from 'zod'

import { LLimitError } from '../errors.js'
import { parseJson } from '../jsonFile.js'

/** A TensorFlow.js layers model as it lies on disk: file name -> bytes. */
export type ModelFiles = ReadonlyMap<string, Uint8Array>

const TOPOLOGY_FILE = 'model.json'
const WEIGHTS_FILE = 'weights.bin'

/** The parts of model.json that loading needs; TensorFlow.js checks topology and weights itself. */
const modelJsonSchema = z.object({
  modelTopology: z.custom<object>(isObject, 'expected object'),
  weightsManifest: z.array(
    z.object({
      paths: z.array(z.string()),
      weights: z.array(z.custom<io.WeightsManifestEntry>(isObject, 'expected object')),
    }),
  ),
})

/**
 * Puts the files of a layers model together for `tf.io.fromMemory`, so that a model loads from bytes that were checked,
 * with or without the file system handlers of tfjs-node.
 * @throws LLimitError MODEL_BROKEN if a file is missing or model.json is not the JSON of a layers model.
 */
export function toArtifacts(files: ModelFiles): io.ModelArtifacts {
  const json = parseModelJson(files)
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

function parseModelJson(files: ModelFiles): z.infer<typeof modelJsonSchema> {
  const text = Buffer.from(fileOf(files, TOPOLOGY_FILE)).toString('utf8')
  return parseJson(text, modelJsonSchema, { name: TOPOLOGY_FILE, code: 'MODEL_BROKEN' })
}

function fileOf(files: ModelFiles, name: string): Uint8Array {
  const bytes = files.get(name)
  if (bytes === undefined) throw new LLimitError('MODEL_BROKEN', `${name}: expected a file, found none`)
  return bytes
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}
