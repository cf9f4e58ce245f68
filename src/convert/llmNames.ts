import { invalidCheckpoint } from './invalidCheckpoint.js'
import { isList } from './pickle/values.js'
import type { Dict, PyValue } from './pickle/values.js'
import { describeValue } from './wording.js'

/**
 * LLM names in the order of the rows of the LLM embedding, from `model_encoder`: either `names`, a list in that order
 * (beside safetensors), or `name_to_id`, `id_to_name` and `next_id`, which must say the same and use the ids 0 to N - 1.
 * @throws LLimitError INVALID_CHECKPOINT, naming the LLM
 */
export function readLlmNames(modelEncoder: PyValue | undefined): string[] {
  if (!(modelEncoder instanceof Map)) {
    throw invalidCheckpoint(`model_encoder is ${describeValue(modelEncoder ?? null)}, not a dict`)
  }
  const names = modelEncoder.has('names') ? namesInOrder(modelEncoder) : namesById(modelEncoder)
  if (names.length === 0) throw invalidCheckpoint('model_encoder names no LLM')
  return names
}

function namesInOrder(modelEncoder: Dict): string[] {
  const list = modelEncoder.get('names')
  if (!isList(list)) {
    throw invalidCheckpoint(`model_encoder.names is ${describeValue(list ?? null)}, not a list`)
  }
  const names = list.items.map(asName)
  const seen = new Set<string>()
  for (const name of names) {
    if (seen.has(name)) throw invalidCheckpoint(`model_encoder.names has ${describeValue(name)} twice`)
    seen.add(name)
  }
  return names
}

function namesById(modelEncoder: Dict): string[] {
  const nameToId = asDict(modelEncoder, 'name_to_id')
  const idToName = asDict(modelEncoder, 'id_to_name')
  const nextId = modelEncoder.get('next_id') ?? null
  if (idToName.size !== nameToId.size || nextId !== nameToId.size) {
    throw invalidCheckpoint(
      `model_encoder has ${nameToId.size} names, ${idToName.size} ids and the next id ${describeValue(nextId)}`,
    )
  }
  for (const [name, id] of nameToId) {
    if (idToName.get(asId(id)) !== name) {
      throw invalidCheckpoint(`model_encoder disagrees with itself on the id of ${describeValue(name)}`)
    }
  }
  return Array.from({ length: idToName.size }, (_, id) => {
    const name = idToName.get(id)
    if (name === undefined) throw invalidCheckpoint(`model_encoder has no LLM of id ${id}`)
    return asName(name)
  })
}

function asDict(modelEncoder: Dict, key: string): Dict {
  const value = modelEncoder.get(key)
  if (!(value instanceof Map)) {
    throw invalidCheckpoint(`model_encoder.${key} is ${describeValue(value ?? null)}, not a dict`)
  }
  return value
}

function asId(value: PyValue): number {
  if (typeof value !== 'number') throw invalidCheckpoint(`model_encoder has the id ${describeValue(value)}`)
  return value
}

function asName(value: PyValue): string {
  if (typeof value !== 'string') {
    throw invalidCheckpoint(`model_encoder names the LLM ${describeValue(value)}`)
  }
  return value
}
