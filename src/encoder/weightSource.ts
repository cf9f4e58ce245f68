import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'

import { z } from 'zod'

import { isPassingFailure, LLimitError } from '../errors.js'
import { checkRegularFile, namesIn, pointerFault, readJsonFile, unreadable } from '../jsonFile.js'

/** The file that most encoders have their weights in. */
export const WEIGHTS_FILE = 'model.safetensors'

/** Which files hold the weights: one, or shards, each with some of the tensors. */
export interface WeightSource {
  format: 'safetensors' | 'pytorch'
  /** Names within the folder, in their order. */
  files: readonly string[]
  /** Of the file; of shards, that of their checksums. By it a saved model names the encoder that it was trained with. */
  sha256: string
}

/** In the order in which they are looked for, as Hugging Face's library does. */
const SINGLE = [
  { name: WEIGHTS_FILE, format: 'safetensors' },
  { name: 'pytorch_model.bin', format: 'pytorch' },
] as const

const indexSchema = z.object({ weight_map: z.record(z.string(), z.string().regex(/^[\w.-]+$/)) })

/**
 * Finds the weights of a transformer and hashes them.
 * @throws LLimitError MODEL_BROKEN if there are none, a shard is missing or a file is only a pointer to the real one.
 */
export async function findWeights(directory: string): Promise<WeightSource> {
  const names = new Set(await namesIn(directory, 'The folder of the encoder'))
  for (const { name, format } of SINGLE) {
    if (names.has(name)) return { format, files: [name], sha256: await hashFile(path.join(directory, name)) }
    const index = `${name}.index.json`
    if (names.has(index)) return findShards(directory, index, format)
  }
  throw broken(WEIGHTS_FILE, `expected a file, or ${SINGLE[1].name}, found none`)
}

async function findShards(
  directory: string,
  index: string,
  format: WeightSource['format'],
): Promise<WeightSource> {
  const origin = { name: `${index} of the encoder`, code: 'MODEL_BROKEN' } as const
  const { weight_map } = await readJsonFile(path.join(directory, index), indexSchema, origin)
  const files = [...new Set(Object.values(weight_map))].sort()
  const hash = createHash('sha256')
  for (const file of files) hash.update(`${await hashFile(path.join(directory, file))}\n`)
  return { format, files, sha256: hash.digest('hex') }
}

async function hashFile(file: string): Promise<string> {
  const name = path.basename(file)
  const hash = createHash('sha256')
  let first: Buffer | undefined
  try {
    await checkRegularFile(file, `${name} of the encoder`)
    const content = createReadStream(file, { highWaterMark: 2 ** 20 })
    content.once('data', (chunk) => (first = Buffer.from(chunk)))
    await pipeline(content, hash)
  } catch (cause) {
    if (cause instanceof LLimitError) throw cause
    if (isPassingFailure(cause)) throw unreadable(`${name} of the encoder`, cause)
    throw broken(name, 'cannot be read', cause)
  }
  const fault = pointerFault(first ?? Buffer.alloc(0))
  if (fault !== undefined) throw broken(name, fault)
  return hash.digest('hex')
}

function broken(file: string, fault: string, cause?: unknown): LLimitError {
  return new LLimitError('MODEL_BROKEN', `${file} of the encoder: ${fault}`, { cause })
}
