import { readFile } from 'node:fs/promises'
import path from 'node:path'

import { LLimitError } from '../errors.js'
import { at, valueAt } from '../numeric/at.js'
import { firstNotFinite } from '../numeric/finite.js'
import { viewFloats } from '../tensor/floats.js'
import { safetensorsInMemory } from '../tensor/readSafetensors.js'
import { openSafetensors } from '../tensor/safetensors.js'
import type { Safetensors } from '../tensor/safetensors.js'
import { floatTypeOf } from '../tensor/safetensorsHeader.js'
import { writeSafetensors } from '../tensor/writeSafetensors.js'
import type { EncoderSpec } from './directory.js'
import { openShards } from './shards.js'
import { matchNames, weightTable } from './weights.js'
import type { WeightRow } from './weights.js'
import { WEIGHTS_FILE } from './weightSource.js'

/** The weights of an encoder, held to the table that its config.json asks for, as one safetensors file. */
export interface WeightFile {
  file: Safetensors
  /** Name in the table -> name in the file. */
  nameInFile: (name: string) => string
  /** Tensors that a sentence vector does not need, such as those of a head. */
  leftOut: readonly string[]
  /**
   * Values of a tensor, by its name in the table.
   * @throws LLimitError MODEL_BROKEN, naming it, if one of them is not finite: it would be the vectors of some prompts.
   */
  read: (name: string) => Promise<Float32Array>
  /**
   * All bytes of the file; tensors that were not read before are held to finite numbers here.
   * @throws LLimitError as `read` does
   */
  bytes: () => Promise<Uint8Array>
}

/** What is used of any form of weights. */
type Tensors = Pick<Safetensors, 'names' | 'shape' | 'read' | 'close'>

/**
 * Opens them without reading a value: each engine decodes values once, and they are held to finite numbers there.
 * @throws LLimitError MODEL_BROKEN, naming the tensors, if the weights do not match config.json.
 */
export async function openWeights(spec: EncoderSpec): Promise<WeightFile> {
  const { format, files } = spec.weights
  const table = weightTable(spec.bert)
  const [only, ...others] = files
  const title = files.join(', ')
  if (format === 'safetensors' && only !== undefined && others.length === 0) {
    const source = path.join(spec.transformerDirectory, only)
    const file = await openSafetensors(source)
    try {
      return openedFile(file, source, { table, title })
    } catch (error) {
      await file.close()
      throw error
    }
  }
  const tensors = await openOther(spec)
  try {
    const { nameInFile, leftOut } = match(table, tensors, title)
    const values = new Map<string, { shape: readonly number[]; data: Float32Array }>()
    for (const { name, shape } of table)
      values.set(name, { shape, data: await readFinite(tensors, nameInFile(name), title) })
    const bytes = writeSafetensors(values)
    const file = safetensorsInMemory(bytes, WEIGHTS_FILE)
    const nameAsInTable = (name: string) => name
    return {
      file,
      nameInFile: nameAsInTable,
      leftOut,
      read: (name) => file.read(name),
      bytes: () => Promise.resolve(bytes),
    }
  } finally {
    await tensors.close()
  }
}

interface Expected {
  table: readonly WeightRow[]
  /** Of the weights, as messages call them. */
  title: string
}

function openedFile(file: Safetensors, source: string, { table, title }: Expected): WeightFile {
  const { nameInFile, leftOut } = match(table, file, title)
  const unread = new Set(table.map(({ name }) => name))
  return {
    file,
    nameInFile,
    leftOut,
    read: async (name) => {
      unread.delete(name)
      return readFinite(file, nameInFile(name), title)
    },
    bytes: async () => {
      const bytes = await readFile(source)
      for (const name of [...unread].map(nameInFile)) {
        const from = file.byteOffset(name)
        const stored = bytes.subarray(from, from + file.byteLength(name))
        checkFinite(viewFloats(stored, floatTypeOf(title, name, file.dtype(name))), name, title)
      }
      return bytes
    },
  }
}

async function openOther({
  weights: { format, files },
  transformerDirectory,
}: EncoderSpec): Promise<Tensors> {
  const paths = files.map((file) => path.join(transformerDirectory, file))
  if (format === 'safetensors') return openShards(paths)
  // Hardly any encoder comes so; the reader of zip archives is loaded for those that do.
  const { openPytorch } = await import('./pytorchWeights.js')
  return openPytorch(paths)
}

/** @param title of the weights, as messages call them */
function match(
  table: readonly WeightRow[],
  file: Tensors,
  title: string,
): Pick<WeightFile, 'nameInFile' | 'leftOut'> {
  const { inFile, missing, unexpected, leftOut } = matchNames(table, file.names)
  if (missing.length > 0 || unexpected.length > 0) {
    const faults = `missing ${list(missing)}, unexpected ${list(unexpected)}`
    throw mismatch(title, `expected the weights that config.json asks for: ${faults}`)
  }
  const nameInFile = (name: string) => valueAt(inFile, name) ?? name
  for (const { name, shape } of table) {
    const found = file.shape(nameInFile(name)).join(', ')
    const expected = shape.join(', ')
    if (found !== expected)
      throw mismatch(title, `${nameInFile(name)}: expected the shape [${expected}], got [${found}]`)
  }
  return { nameInFile, leftOut }
}

async function readFinite(file: Tensors, name: string, title: string): Promise<Float32Array> {
  const values = await file.read(name)
  checkFinite(values, name, title)
  return values
}

function checkFinite(values: Float32Array, name: string, title: string): void {
  const wrong = firstNotFinite(values)
  if (wrong === undefined) return
  throw mismatch(title, `${name}: expected finite numbers, got ${at(values, wrong)} at ${wrong}`)
}

function mismatch(title: string, what: string): LLimitError {
  return new LLimitError('MODEL_BROKEN', `${title} of the encoder: ${what}`)
}

function list(names: readonly string[]): string {
  if (names.length === 0) return 'none'
  return names.slice(0, 5).join(', ') + (names.length > 5 ? ` and ${names.length - 5} more` : '')
}
