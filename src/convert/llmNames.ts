import { describePyValue } from '../tensor/pytorch/formatting.js'
import { invalidCheckpoint } from '../tensor/pytorch/invalidCheckpoint.js'
import { isList } from '../tensor/pytorch/pickle/values.js'
import type { Dict, PyValue } from '../tensor/pytorch/pickle/values.js'

/**
 * LLM names in the order of the rows of the LLM embedding, from `model_encoder`: either `names`, a list in that order
 * (with safetensors), or `name_to_id`, `id_to_name` and `next_id`, which must say the same and use the ids 0 to N - 1.
 * @throws LLimitError INVALID_CHECKPOINT, naming the LLM.
 */
export function readLlmNames(modelEncoder: PyValue | undefined): string[] {
  if (!(modelEncoder instanceof Map)) {
    throw invalidCheckpoint(`model_encoder: expected a dict, got ${describePyValue(modelEncoder)}`)
  }
  const names = modelEncoder.has('names') ? namesInOrder(modelEncoder) : namesById(modelEncoder)
  if (names.length === 0) throw invalidCheckpoint('model_encoder: expected an LLM or more, got none')
  return names
}

function namesInOrder(modelEncoder: Dict): string[] {
  const list = modelEncoder.get('names')
  if (!isList(list)) {
    throw invalidCheckpoint(`model_encoder.names: expected a list, got ${describePyValue(list)}`)
  }
  const names = list.items.map(asName)
  const seen = new Set<string>()
  for (const name of names) {
    if (seen.has(name)) {
      throw invalidCheckpoint(
        `model_encoder.names: expected each name once, got ${describePyValue(name)} twice`,
      )
    }
    seen.add(name)
  }
  return names
}

function namesById(modelEncoder: Dict): string[] {
  const nameToId = asDict(modelEncoder, 'name_to_id')
  const idToName = asDict(modelEncoder, 'id_to_name')
  const nextId = modelEncoder.get('next_id')
  if (idToName.size !== nameToId.size || nextId !== nameToId.size) {
    throw invalidCheckpoint(
      `model_encoder: expected ${nameToId.size} names, as many ids and that as next_id, ` +
        `got ${idToName.size} ids and ${describePyValue(nextId)}`,
    )
  }
  for (const [name, id] of nameToId) {
    if (idToName.get(asId(id)) !== name) {
      throw invalidCheckpoint(
        `model_encoder: expected one id for ${describePyValue(name)}, got another in id_to_name`,
      )
    }
  }
  return Array.from({ length: idToName.size }, (_, id) => {
    const name = idToName.get(id)
    if (name === undefined) throw invalidCheckpoint(`model_encoder: expected an LLM of id ${id}, got none`)
    return asName(name)
  })
}

function asDict(modelEncoder: Dict, key: string): Dict {
  const value = modelEncoder.get(key)
  if (!(value instanceof Map)) {
    throw invalidCheckpoint(`model_encoder.${key}: expected a dict, got ${describePyValue(value)}`)
  }
  return value
}

function asId(value: PyValue): number {
  if (typeof value !== 'number') {
    throw invalidCheckpoint(`model_encoder: expected a number as an id, got ${describePyValue(value)}`)
  }
  return value
}

function asName(value: PyValue): string {
  if (typeof value !== 'string') {
    throw invalidCheckpoint(
      `model_encoder: expected a str as the name of an LLM, got ${describePyValue(value)}`,
    )
  }
  return value
}
