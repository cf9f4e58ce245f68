import { basename, join, parse } from 'node:path'

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
export async function readSafetensorsContents(path: string): Promise<CheckpointContents> {
  const settings = await readSideFile(path)
  refuseOtherTypes(settings)
  const network = new Map<string, FloatTensor>()
  const scaler = new Map<string, FloatTensor>()
  for (const [name, tensor] of await readTensors(path)) {
    if (name.startsWith(SCALER_PREFIX)) scaler.set(name.slice(SCALER_PREFIX.length), tensor)
    else network.set(name, tensor)
  }
  return { settings, network, scaler: scaler.size > 0 ? scaler : undefined }
}

async function readSideFile(path: string): Promise<Dict> {
  const { dir, name } = parse(path)
  const sidePath = join(dir, `${name}.json`)
  const text = (await readWholeFile(sidePath, MAX_SIDE_FILE_BYTES)).toString('utf8')
  const value = toPyValue(parseJson(text, basename(sidePath)), 0)
  if (!(value instanceof Map)) throw invalidCheckpoint(`${basename(sidePath)} is not a JSON object`)
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

async function readTensors(path: string): Promise<NamedTensors> {
  try {
    const file = await openSafetensors(path)
    try {
      const tensors = new Map<string, FloatTensor>()
      for (const name of file.names) {
        const data = await file.read(name)
        tensors.set(name, { shape: file.shape(name), read: () => data })
      }
      return tensors
    } finally {
      await file.close()
    }
  } catch (error) {
    if (error instanceof LLimitError) throw invalidCheckpoint(error.message, error)
    throw error
  }
}
