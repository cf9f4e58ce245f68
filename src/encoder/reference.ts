import { readdir } from 'node:fs/promises'
import path from 'node:path'

import { z } from 'zod'

import { LLimitError } from '../errors.js'
import { readJsonFile } from '../jsonFile.js'

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

/**
 * The reference vectors of an encoder directory; none if it has no such file, since publishers do not write one.
 * @throws LLimitError MODEL_BROKEN if the file is there and does not hold vectors of `dimension` values.
 */
export async function readReference(directory: string, dimension: number): Promise<ReferenceVector[]> {
  const name = `${REFERENCE_FILE} of the encoder`
  if (!(await readdir(directory)).includes(REFERENCE_FILE)) return []
  const origin = { name, code: 'MODEL_BROKEN' } as const
  const rows = await readJsonFile(path.join(directory, REFERENCE_FILE), referenceSchema, origin)
  for (const { vector_f32le_base64: vector } of rows) {
    if (vector.length !== dimension) {
      throw new LLimitError(
        'MODEL_BROKEN',
        `${name}: expected vectors of ${dimension} values, got one of ${vector.length}`,
      )
    }
  }
  return rows.map((row) => ({ ids: row.ids, vector: row.vector_f32le_base64 }))
}
