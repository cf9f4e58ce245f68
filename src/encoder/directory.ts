import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'

import { z } from 'zod'

import { LLimitError } from '../errors.js'
import { readJsonFile } from '../jsonFile.js'

/** The parts of a BERT `config.json` that decide what is computed. */
const bertSchema = z.object({
  model_type: z.literal('bert'),
  hidden_size: z.int().positive(),
  num_hidden_layers: z.int().positive(),
  num_attention_heads: z.int().positive(),
  intermediate_size: z.int().positive(),
  hidden_act: z.literal('gelu'),
  layer_norm_eps: z.number().positive(),
  vocab_size: z.int().positive(),
  max_position_embeddings: z.int().positive(),
  type_vocab_size: z.int().positive(),
  position_embedding_type: z.literal('absolute').default('absolute'),
})

const poolingSchema = z.object({
  pooling_mode_cls_token: z.boolean().default(false),
  pooling_mode_mean_tokens: z.boolean().default(false),
  pooling_mode_max_tokens: z.literal(false).default(false),
  pooling_mode_mean_sqrt_len_tokens: z.literal(false).default(false),
  pooling_mode_weightedmean_tokens: z.literal(false).default(false),
  pooling_mode_lasttoken: z.literal(false).default(false),
})

const modulesSchema = z.array(z.object({ type: z.string() }))

export type BertConfig = z.infer<typeof bertSchema>

/** A sentence encoder as sentence-transformers publishes it: its folder and what it computes. */
export interface EncoderSpec {
  /** Which architecture computes: the directories of other kinds are read by other code. */
  kind: 'bert'
  directory: string
  bert: BertConfig
  /** Mean over all tokens, [CLS] and [SEP] included, or the vector of [CLS] alone. */
  pooling: 'mean' | 'cls'
  /** Whether a sentence vector is divided by its length. */
  normalize: boolean
  /** sha256 of model.safetensors: by it a saved model names the encoder that it was trained with. */
  sha256: string
  /** sha256 of all files that decide what becomes of a prompt, the tokenizer's included: two encoders with the same give the same vectors. */
  fingerprint: string
}

export const WEIGHTS_FILE = 'model.safetensors'

/** Files that vectors depend on in addition to the weights; not every encoder has the last. */
const SETTINGS_FILES = [
  'config.json',
  '1_Pooling/config.json',
  'modules.json',
  'tokenizer.json',
  'sentence_bert_config.json',
] as const

/**
 * Reads and checks the JSON files of an encoder directory and hashes its weights.
 * @throws LLimitError MODEL_BROKEN, naming the file and the field, for an encoder that is missing, damaged or computes
 * something that is not supported.
 */
export async function readEncoderSpec(directory: string): Promise<EncoderSpec> {
  const read = <S extends z.ZodType>(file: string, schema: S) =>
    readJsonFile(path.join(directory, file), schema, { name: `${file} of the encoder`, code: 'MODEL_BROKEN' })
  const [bert, pooling, modules, sha256] = await Promise.all([
    read('config.json', bertSchema),
    read('1_Pooling/config.json', poolingSchema),
    read('modules.json', modulesSchema),
    hashFile(path.join(directory, WEIGHTS_FILE)),
  ])
  if (bert.hidden_size % bert.num_attention_heads !== 0) {
    throw broken(
      'config.json',
      `hidden_size: expected a multiple of num_attention_heads ${bert.num_attention_heads}, got ${bert.hidden_size}`,
    )
  }
  if (pooling.pooling_mode_cls_token === pooling.pooling_mode_mean_tokens) {
    throw broken(
      '1_Pooling/config.json',
      `expected exactly one of the pooling modes "cls" and "mean", got ${pooling.pooling_mode_cls_token ? 'both' : 'neither'}`,
    )
  }
  return {
    kind: 'bert',
    directory,
    bert,
    pooling: pooling.pooling_mode_cls_token ? 'cls' : 'mean',
    normalize: hasNormalize(modules),
    sha256,
    fingerprint: await fingerprintOf(directory, sha256),
  }
}

async function fingerprintOf(directory: string, weights: string): Promise<string> {
  const hash = createHash('sha256').update(weights)
  for (const name of SETTINGS_FILES) {
    // One that is missing is a fault of whoever reads it, or none.
    const bytes = await readFile(path.join(directory, name)).catch(() => Buffer.alloc(0))
    hash.update(`${name} ${bytes.length} `).update(bytes)
  }
  return hash.digest('hex')
}

/** Classes of sentence-transformers that are supported. */
const MODULES = ['Transformer', 'Pooling', 'Normalize']

/** sentence-transformers lists its modules by class name; newer versions moved the classes to other packages. */
function hasNormalize(modules: z.infer<typeof modulesSchema>): boolean {
  const kinds = modules.map(({ type }) => type.slice(type.lastIndexOf('.') + 1))
  const unknown = kinds.filter((kind) => !MODULES.includes(kind))
  if (unknown.length > 0)
    throw broken(
      'modules.json',
      `expected modules of the types ${MODULES.join(', ')}, got ${unknown.join(', ')}`,
    )
  return kinds.includes('Normalize')
}

async function hashFile(file: string): Promise<string> {
  const hash = createHash('sha256')
  try {
    await pipeline(createReadStream(file, { highWaterMark: 2 ** 20 }), hash)
  } catch (cause) {
    throw broken(path.basename(file), 'cannot be read', cause)
  }
  return hash.digest('hex')
}

function broken(file: string, fault: string, cause?: unknown): LLimitError {
  return new LLimitError('MODEL_BROKEN', `${file} of the encoder: ${fault}`, { cause })
}
