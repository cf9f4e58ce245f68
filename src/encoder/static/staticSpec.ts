import { createHash } from 'node:crypto'
import path from 'node:path'

import { z } from 'zod'

import { LLimitError } from '../../errors.js'
import { readBytes, readJsonFile } from '../../jsonFile.js'
import { parseTokenizerFile } from '../../tokenizer/tokenizerFiles.js'
import type { TokenizerFile } from '../../tokenizer/tokenizerFiles.js'
import { classOf, folderOf, readPrompt } from '../layout.js'

/** What `config.json` of a static encoder says: which vector comes of the counts of a prompt's tokens. */
export const staticConfigSchema = z.strictObject({
  model_type: z.literal('static'),
  format_version: z.literal(1),
  /** Width E of a vector. */
  dimension: z.int().positive(),
  /** Rows V of the matrix: ids of the tokenizer. */
  vocab_size: z.int().positive(),
  /** Weights of tokens lie in the rows: a row is its token's vector times its weight. */
  token_weights: z.literal('in_rows'),
  /** What a token counts that a prompt has n times: n, or the square root of n. */
  count_damping: z.enum(['none', 'sqrt']),
  /** Whether a vector is divided by its length. */
  normalize: z.boolean(),
  /** Tokens that are read of a prompt at most; null for all. */
  max_tokens: z.int().positive().nullable(),
  /** What it was distilled from, and how. */
  distilled: z.exactOptional(z.record(z.string(), z.json())),
})

export type StaticConfig = z.infer<typeof staticConfigSchema>

const modulesSchema = z.array(z.object({ path: z.string(), type: z.string() })).min(1)

/** An encoder without a transformer: a vector for each token, summed up. */
export interface StaticSpec {
  directory: string
  /** Folder of tokenizer.json and model.safetensors; published directories have them in one of their own. */
  tensorDirectory: string
  config: Pick<StaticConfig, 'count_damping' | 'normalize' | 'max_tokens'>
  /** Text that is put before every prompt, usually ''. */
  prompt: string
  /** sha256 of model.safetensors: by it a saved model names the encoder that it was trained with. */
  sha256: string
  /** sha256 of all files that decide what becomes of a prompt. */
  fingerprint: string
}

/** The same with what the checksums were taken of: what is opened is what was hashed. */
export interface StaticFiles extends StaticSpec {
  /** The bytes of model.safetensors. */
  tensors: Uint8Array
  tokenizer: TokenizerFile
}

/** What Node reads into memory at once; published matrices have up to half a gigabyte. */
const MAX_MATRIX_BYTES = 2 ** 31 - 1

/** A static encoder as sentence-transformers publishes it: the plain mean of all tokens. */
const PUBLISHED = { count_damping: 'none', max_tokens: null } as const

/**
 * Whether a directory holds a static encoder, by its config.json or, as sentence-transformers publishes it, its
 * modules.json. A directory that cannot be read is not one: whoever opens it as another kind says what is wrong.
 */
export async function isStaticEncoder(directory: string): Promise<boolean> {
  const config = await readJson(directory, 'config.json', z.looseObject({})).catch(unlessPassing)
  if (config?.['model_type'] === 'static') return true
  const modules = await readJson(directory, 'modules.json', modulesSchema).catch(unlessPassing)
  return modules?.[0] !== undefined && classOf(modules[0].type) === 'StaticEmbedding'
}

/**
 * Reads and checks the JSON files of a static encoder and hashes its matrix.
 * @throws LLimitError MODEL_BROKEN, naming the file and the field.
 */
export async function readStaticSpec(directory: string): Promise<StaticFiles> {
  const { tensorDirectory, config } = await readLayout(directory)
  const [tensors, tokenizer] = await Promise.all([
    readBytes(
      path.join(tensorDirectory, 'model.safetensors'),
      originOf('model.safetensors'),
      MAX_MATRIX_BYTES,
    ),
    readBytes(path.join(tensorDirectory, 'tokenizer.json'), originOf('tokenizer.json')),
  ])
  const sha256 = createHash('sha256').update(tensors).digest('hex')
  const prompt = await readPrompt(directory)
  const settings = JSON.stringify([config.count_damping, config.normalize, config.max_tokens])
  const fingerprint = createHash('sha256')
    .update(`static ${sha256} ${settings} `)
    .update(tokenizer)
    .update(prompt)
    .digest('hex')
  const spec = { directory, tensorDirectory, config, prompt, sha256, fingerprint }
  return { ...spec, tensors, tokenizer: parseTokenizerFile(tokenizer.toString('utf8')) }
}

async function readLayout(directory: string): Promise<Pick<StaticSpec, 'tensorDirectory' | 'config'>> {
  const ours = await readJson(directory, 'config.json', z.looseObject({})).catch(unlessPassing)
  if (ours?.['model_type'] === 'static') {
    return {
      tensorDirectory: directory,
      config: await readJson(directory, 'config.json', staticConfigSchema),
    }
  }
  const [first, ...others] = await readJson(directory, 'modules.json', modulesSchema)
  const unknown = others.map(({ type }) => classOf(type)).filter((name) => name !== 'Normalize')
  if (first === undefined || unknown.length > 0) {
    throw broken(
      'modules.json',
      `expected StaticEmbedding, then Normalize or nothing, got ${unknown.join(', ')}`,
    )
  }
  const tensorDirectory = path.join(directory, folderOf(directory, first.path))
  return { tensorDirectory, config: { ...PUBLISHED, normalize: others.length > 0 } }
}

function readJson<S extends z.ZodType>(directory: string, file: string, schema: S): Promise<z.infer<S>> {
  return readJsonFile(path.join(directory, file), schema, originOf(file))
}

/** A file that is not there, or is broken, is not the one that is looked for; of any other failure nothing follows. */
function unlessPassing(error: unknown): undefined {
  if (error instanceof LLimitError && error.code === 'MODEL_BROKEN') return undefined
  throw error
}

function originOf(file: string) {
  return { name: `${file} of the encoder`, code: 'MODEL_BROKEN' } as const
}

function broken(file: string, fault: string): LLimitError {
  return new LLimitError('MODEL_BROKEN', `${file} of the encoder: ${fault}`)
}
