import path from 'node:path'

import { LLimitError, messageOf } from '../errors.js'
import { openSafetensors } from '../tensor/safetensors.js'
import type { CheckpointContents, NamedTensors } from './checkpointContents.js'
import { readWholeFile } from './checkpointFile.js'
import type { FloatTensor } from './floatTensor.js'
import { invalidCheckpoint } from './invalidCheckpoint.js'
import { refuseOtherTypes } from './otherTypes.js'
import type { Dict, PyValue } from './pickle/values.js'

const MAX_SIDE_FILE_BYTES = 16 * 2 ** 20

/** The settings of a checkpoint nest 3 deep. */
const MAX_JSON_NESTING = 16

const SCALER_PREFIX = 'prompt_features_scaler.'

/**
 * Contents of `<name>.safetensors`, which holds the tensors of the network and the scaler, and of `<name>.json` beside
 * it, which holds all settings.
 */
export async function readSafetensorsContents(file: string): Promise<CheckpointContents> {
  const settings = await readSideFile(file)
  refuseOtherTypes(settings)
  const network = new Map<string, FloatTensor>()
  const scaler = new Map<string, FloatTensor>()
  for (const [name, tensor] of await readTensors(file)) {
    if (name.startsWith(SCALER_PREFIX)) scaler.set(name.slice(SCALER_PREFIX.length), tensor)
    else network.set(name, tensor)
  }
  return { settings, network, scaler: scaler.size > 0 ? scaler : undefined }
}

async function readSideFile(file: string): Promise<Dict> {
  const { dir, name } = path.parse(file)
  const sideFile = path.join(dir, `${name}.json`)
  const text = (await readWholeFile(sideFile, MAX_SIDE_FILE_BYTES)).toString('utf8')
  const value = toPyValue(parseJson(text, path.basename(sideFile)), 0)
  if (!(value instanceof Map)) throw invalidCheckpoint(`${path.basename(sideFile)} is not a JSON object`)
  return value
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw invalidCheckpoint(`${name} is not JSON: ${messageOf(error)}`, error)
  }
}

/** Objects become maps, so that `__proto__` is a key like any other. */
function toPyValue(json: unknown, depth: number): PyValue {
  if (depth > MAX_JSON_NESTING) throw invalidCheckpoint(`the JSON nests deeper than ${MAX_JSON_NESTING}`)
  if (typeof json === 'boolean' || typeof json === 'number' || typeof json === 'string') return json
  if (typeof json !== 'object' || json === null) return null
  if (Array.isArray(json)) return { kind: 'list', items: json.map((item) => toPyValue(item, depth + 1)) }
  return new Map(Object.entries(json).map(([key, value]) => [key, toPyValue(value, depth + 1)]))
}

async function readTensors(file: string): Promise<NamedTensors> {
  try {
    const safetensors = await openSafetensors(file)
    try {
      const tensors = new Map<string, FloatTensor>()
      for (const name of safetensors.names) {
        const data = await safetensors.read(name)
        tensors.set(name, { shape: safetensors.shape(name), read: () => data })
      }
      return tensors
    } finally {
      await safetensors.close()
    }
  } catch (error) {
    if (error instanceof LLimitError) throw invalidCheckpoint(error.message, error)
    throw error
  }
}
