import path from 'node:path'

import { LLimitError } from '../errors.js'
import { valueAt } from '../numeric/at.js'
import { openSafetensors } from '../tensor/safetensors.js'
import type { Safetensors } from '../tensor/safetensors.js'
import { WEIGHTS_FILE } from './directory.js'
import type { EncoderSpec } from './directory.js'
import { matchNames, weightTable } from './weights.js'

/** model.safetensors of an encoder, held to the table of weights that its config.json asks for. */
export interface WeightFile {
  file: Safetensors
  /** Name in the table -> name in the file. */
  nameInFile: (name: string) => string
}

/** @throws LLimitError MODEL_BROKEN, naming the tensors, if the weights do not match config.json. */
export async function openWeights(spec: EncoderSpec): Promise<WeightFile> {
  const file = await openSafetensors(path.join(spec.directory, WEIGHTS_FILE))
  try {
    const table = weightTable(spec.bert)
    const { inFile, missing, leftOver } = matchNames(table, file.names)
    if (missing.length > 0 || leftOver.length > 0) {
      const faults = `missing ${list(missing)}, unexpected ${list(leftOver)}`
      throw mismatch(`expected the weights that config.json asks for: ${faults}`)
    }
    const nameInFile = (name: string) => valueAt(inFile, name)
    for (const { name, shape } of table) {
      const found = file.shape(nameInFile(name)).join(', ')
      const expected = shape.join(', ')
      if (found !== expected)
        throw mismatch(`${nameInFile(name)}: expected the shape [${expected}], got [${found}]`)
    }
    return { file, nameInFile }
  } catch (error) {
    await file.close()
    throw error
  }
}

function mismatch(what: string): LLimitError {
  return new LLimitError('MODEL_BROKEN', `${WEIGHTS_FILE} of the encoder: ${what}`)
}

function list(names: readonly string[]): string {
  if (names.length === 0) return 'none'
  return names.slice(0, 5).join(', ') + (names.length > 5 ? ` and ${names.length - 5} more` : '')
}
