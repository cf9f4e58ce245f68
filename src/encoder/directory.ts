import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'

import { z } from 'zod'

import { LLimitError } from '../errors.js'
import { isMissing, readJsonFile, unreadable } from '../jsonFile.js'
import { readLayout } from './layout.js'
import type { Pooling, SentenceLayout } from './layout.js'
import { findWeights } from './weightSource.js'
import type { WeightSource } from './weightSource.js'

/** The largest BERTs have 48; the table of the weights is made before it is known whether they are there. */
const MAX_LAYERS = 1000

/** The parts of a BERT `config.json` that decide what is computed. */
const partsSchema = z.object({
  model_type: z.literal('bert'),
  hidden_size: z.int().positive(),
  num_hidden_layers: z.int().positive().max(MAX_LAYERS),
  num_attention_heads: z.int().positive(),
  intermediate_size: z.int().positive(),
  hidden_act: z.literal('gelu'),
  layer_norm_eps: z.number().positive(),
  vocab_size: z.int().positive(),
  max_position_embeddings: z.int().positive(),
  type_vocab_size: z.int().positive(),
  position_embedding_type: z.literal('absolute').default('absolute'),
})

/** As a decoder each token would read only those before it. It is no part: by the parts an encoder is identified. */
const bertSchema = z.looseObject({ is_decoder: z.literal(false).nullish() }).pipe(partsSchema)

export type BertConfig = z.infer<typeof bertSchema>

/** A sentence encoder as sentence-transformers publishes it: its folder and what it computes. */
export interface EncoderSpec {
  /** Which architecture computes: the directories of other kinds are read by other code. */
  kind: 'bert'
  directory: string
  /** Folder of weights and tokenizer, usually the same. */
  transformerDirectory: string
  bert: BertConfig
  pooling: Pooling
  /** Whether a sentence vector is divided by its length. */
  normalize: boolean
  /** Text that is put before every prompt, usually ''. */
  prompt: string
  weights: WeightSource
  /** Of the weights: by it a saved model names the encoder that it was trained with. */
  sha256: string
  /** sha256 of all files that decide what becomes of a prompt, the tokenizer's included: two encoders with the same give the same vectors. */
  fingerprint: string
}

/**
 * Reads and checks the JSON files of an encoder directory and hashes its weights.
 * @throws LLimitError MODEL_BROKEN, naming the file and the field, for an encoder that is missing, damaged or computes
 * something that is not supported.
 */
export async function readEncoderSpec(directory: string): Promise<EncoderSpec> {
  const layout = await readLayout(directory)
  const transformerDirectory = path.join(directory, layout.transformer)
  const name = 'config.json of the encoder'
  const [bert, weights] = await Promise.all([
    readJsonFile(path.join(transformerDirectory, 'config.json'), bertSchema, { name, code: 'MODEL_BROKEN' }),
    findWeights(transformerDirectory),
  ])
  if (bert.hidden_size % bert.num_attention_heads !== 0) {
    const fault = `expected a multiple of num_attention_heads ${bert.num_attention_heads}, got ${bert.hidden_size}`
    throw new LLimitError('MODEL_BROKEN', `${name}: hidden_size: ${fault}`)
  }
  const { pooling, normalize, prompt } = layout
  return {
    kind: 'bert',
    directory,
    transformerDirectory,
    bert,
    pooling,
    normalize,
    prompt,
    weights,
    sha256: weights.sha256,
    fingerprint: await fingerprintOf(directory, layout, weights.sha256),
  }
}

/** Files that vectors depend on in addition to the weights; not every encoder has each of them. */
async function fingerprintOf(directory: string, layout: SentenceLayout, weights: string): Promise<string> {
  const hash = createHash('sha256').update(weights)
  const { transformer, poolingFolder, prompt } = layout
  const add = async (...parts: string[]) => {
    const name = path.posix.join(...parts.map((part) => part.replaceAll('\\', '/')))
    // One that is missing is a fault of whoever reads it, or none.
    const bytes = await readFile(path.join(directory, ...parts)).catch((cause: unknown) => {
      if (isMissing(cause)) return Buffer.alloc(0)
      throw unreadable(`${name} of the encoder`, cause)
    })
    hash.update(`${name} ${bytes.length} `).update(bytes)
    return bytes
  }
  await add(transformer, 'config.json')
  await add(poolingFolder, 'config.json')
  await add('modules.json')
  await add(transformer, 'tokenizer.json')
  const settings = await add(transformer, 'sentence_bert_config.json')
  // Only where it counts: names of embeddings on disk stay what they are.
  if (!/"max_seq_length"\s*:\s*\d/.test(settings.toString('utf8')))
    await add(transformer, 'tokenizer_config.json')
  if (prompt !== '') hash.update(`prompt ${prompt}`)
  return hash.digest('hex')
}
