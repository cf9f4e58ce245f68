import path from 'node:path'

import { messageOf } from '../errors.js'
import { utf16Of } from '../lines/utf8.js'
import { openSafetensors } from '../tensor/safetensors.js'
import { describeValue } from '../validation.js'
import type { CheckpointContents, LazyTensor, NamedTensors } from './checkpointContents.js'
import { readWholeFile } from './checkpointFile.js'
import { inFile, invalidCheckpoint } from '../tensor/pytorch/invalidCheckpoint.js'
import { rejectOtherTypes } from './otherTypes.js'
import { withoutWrappers } from './wrappers.js'
import type { Dict, PyValue } from '../tensor/pytorch/pickle/values.js'

const MAX_SIDE_FILE_BYTES = 16 * 2 ** 20

/** The settings of a checkpoint nest 3 deep. */
const MAX_JSON_NESTING = 16

const SCALER_PREFIX = 'prompt_features_scaler.'

/**
 * Contents of `<name>.safetensors`, which holds the tensors of the network and the scaler, and of `<name>.json` in
 * the same folder, which holds all settings.
 */
export async function readSafetensorsContents(file: string): Promise<CheckpointContents> {
  const settings = await readSideFile(file)
  rejectOtherTypes(settings)
  const network = new Map<string, LazyTensor>()
  const scaler = new Map<string, LazyTensor>()
  for (const [name, tensor] of withoutWrappers(await readTensors(file))) {
    if (name.startsWith(SCALER_PREFIX)) scaler.set(name.slice(SCALER_PREFIX.length), tensor)
    else network.set(name, tensor)
  }
  return { settings, network: withoutWrappers(network), scaler: scaler.size > 0 ? scaler : undefined }
}

async function readSideFile(file: string): Promise<Dict> {
  const { dir, name } = path.parse(file)
  const sideFile = `${name}.json`
  try {
    const bytes = await readWholeFile(path.join(dir, sideFile), MAX_SIDE_FILE_BYTES)
    const json = parseJson(decode(bytes))
    const value = toPyValue(json, 0)
    if (!(value instanceof Map)) throw invalidCheckpoint(`expected an object, got ${describeValue(json)}`)
    return value
  } catch (error) {
    throw inFile(sideFile, error)
  }
}

/** A byte order mark, which editors write and JSON does not have, says which UTF it is, and is left out. */
function decode(bytes: Buffer): string {
  const encoding = utf16Of(bytes) ?? 'utf-8'
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch (error) {
    throw invalidCheckpoint(
      `expected text in ${encoding.toUpperCase()}, got other bytes; save it as UTF-8`,
      error,
    )
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw invalidCheckpoint(`expected JSON: ${messageOf(error)}`, error)
  }
}

/** Objects become maps, so that `__proto__` is a key like any other. */
function toPyValue(json: unknown, depth: number): PyValue {
  if (depth > MAX_JSON_NESTING)
    throw invalidCheckpoint(`expected JSON nested ${MAX_JSON_NESTING} deep at most, got more`)
  if (typeof json === 'boolean' || typeof json === 'number' || typeof json === 'string') return json
  if (typeof json !== 'object' || json === null) return null
  if (Array.isArray(json)) return { kind: 'list', items: json.map((item) => toPyValue(item, depth + 1)) }
  return new Map(Object.entries(json).map(([key, value]) => [key, toPyValue(value, depth + 1)]))
}

async function readTensors(file: string): Promise<NamedTensors> {
  const safetensors = await openSafetensors(file)
  try {
    const tensors = new Map<string, LazyTensor>()
    for (const name of safetensors.names) {
      const data = await safetensors.read(name)
      tensors.set(name, { shape: safetensors.shape(name), read: () => data })
    }
    return tensors
  } finally {
    await safetensors.close()
  }
}
