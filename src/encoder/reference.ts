import { readFile } from 'node:fs/promises'
import path from 'node:path'

import { z } from 'zod'

import { LLimitError } from '../errors.js'

/** A prompt's tokens and the vector that the publisher's own software gives for them. */
export interface ReferenceVector {
  ids: number[]
  /** [H] */
  vector: Float32Array
}

const REFERENCE_FILE = 'reference.json'

const referenceSchema = z.array(
  z.object({
    ids: z.array(z.int().nonnegative()).min(1),
    vector_f32le_base64: z.string().transform((base64) => {
      const bytes = Buffer.from(base64, 'base64')
      return Float32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(i * 4))
    }),
  }),
)

/**
 * The reference vectors of an encoder directory; none where it has no such file, since publishers do not write one.
 * @throws LLimitError MODEL_BROKEN where the file is there and is none.
 */
export async function readReference(directory: string, dimension: number): Promise<ReferenceVector[]> {
  let text: string
  try {
    text = await readFile(path.join(directory, REFERENCE_FILE), 'utf8')
  } catch {
    return []
  }
  try {
    const rows = referenceSchema.parse(JSON.parse(text))
    if (rows.some((row) => row.vector_f32le_base64.length !== dimension))
      throw new Error(`vectors are not of ${dimension} values`)
    return rows.map((row) => ({ ids: row.ids, vector: row.vector_f32le_base64 }))
  } catch (cause) {
    throw new LLimitError('MODEL_BROKEN', `the encoder cannot be used: ${REFERENCE_FILE} does not fit`, {
      cause,
    })
  }
}
