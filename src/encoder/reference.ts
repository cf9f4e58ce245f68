import { readdir } from 'node:fs/promises'
import path from 'node:path'

import { z } from 'zod'

import { LLimitError } from '../errors.js'
import { readJsonFile } from '../jsonFile.js'
import type { BertConfig } from './directory.js'

/** A prompt's tokens and the vector that the publisher's own software gives for them. */
export interface ReferenceVector {
  ids: number[]
  /** [H] */
  vector: Float32Array
}

export const REFERENCE_FILE = 'reference.json'

const referenceSchema = z
  .array(
    z.object({
      ids: z.array(z.int().nonnegative()).min(1),
      vector_f32le_base64: z.string().transform((base64) => {
        const bytes = Buffer.from(base64, 'base64')
        return Float32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(i * 4))
      }),
    }),
  )
  .min(1, 'expected a reference vector or more, or no file')

/** What an encoder can be held to. */
interface ReferenceBounds {
  dimension: number
  /** Ids are below. */
  vocabulary: number
  /** Ids that it reads at once; any number by default. */
  maxTokens?: number
}

export function referenceBounds({
  hidden_size: dimension,
  vocab_size: vocabulary,
  max_position_embeddings: maxTokens,
}: BertConfig): ReferenceBounds {
  return { dimension, vocabulary, maxTokens }
}

/**
 * The reference vectors of an encoder directory; none if it has no such file, since publishers do not write one.
 * @throws LLimitError MODEL_BROKEN if the file is there and does not hold vectors of `dimension` values for ids that the encoder
 * reads.
 */
export async function readReference(directory: string, bounds: ReferenceBounds): Promise<ReferenceVector[]> {
  const name = `${REFERENCE_FILE} of the encoder`
  if (!(await readdir(directory)).includes(REFERENCE_FILE)) return []
  const origin = { name, code: 'MODEL_BROKEN' } as const
  const rows = await readJsonFile(path.join(directory, REFERENCE_FILE), referenceSchema, origin)
  for (const { ids, vector_f32le_base64: vector } of rows) {
    const fault = faultOf(ids, vector, bounds)
    if (fault !== undefined) throw new LLimitError('MODEL_BROKEN', `${name}: ${fault}`)
  }
  return rows.map((row) => ({ ids: row.ids, vector: row.vector_f32le_base64 }))
}

function faultOf(
  ids: readonly number[],
  vector: Float32Array,
  { dimension, vocabulary, maxTokens = Infinity }: ReferenceBounds,
): string | undefined {
  if (vector.length !== dimension)
    return `expected vectors of ${dimension} values, got one of ${vector.length}`
  const tooLarge = ids.find((id) => id >= vocabulary)
  if (tooLarge !== undefined) return `expected ids below ${vocabulary}, got ${tooLarge}`
  if (ids.length > maxTokens) return `expected at most ${maxTokens} ids of a vector, got ${ids.length}`
  return undefined
}
