import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'

import { writeStaticEncoder } from '../../src/encoder/static/writeStaticEncoder.js'
import { weightTable } from '../../src/encoder/weights.js'
import { createRandom } from '../../src/numeric/random.js'
import { writeSavedModel } from '../../src/savedModel/writeSavedModel.js'
import type { DenseNetworkWeights } from '../../src/scorer/networkWeights.js'
import { writeNetwork } from '../../src/scorer/writeNetwork.js'
import { writeSafetensors } from '../../src/tensor/writeSafetensors.js'
import type { Files } from './mutateFiles.js'

/** Dimension of the encoders; features of version v1; LLMs. */
const [E, F] = [8, 45]
const LLMS = ['a', 'b', 'c']

const WORDS = ['[UNK]', '[CLS]', '[SEP]', 'a', 'b', 'cat', 'dog', 'of', 'the', 'x']

const TOKENIZER = {
  truncation: { max_length: 16 },
  padding: { strategy: 'BatchLongest' },
  added_tokens: WORDS.slice(0, 3).map((content, id) => ({
    id,
    content,
    single_word: false,
    normalized: false,
  })),
  normalizer: {
    type: 'BertNormalizer',
    clean_text: true,
    handle_chinese_chars: true,
    strip_accents: null,
    lowercase: true,
  },
  pre_tokenizer: { type: 'BertPreTokenizer' },
  post_processor: { type: 'BertProcessing', cls: ['[CLS]', 1], sep: ['[SEP]', 2] },
  model: {
    type: 'WordPiece',
    unk_token: '[UNK]',
    continuing_subword_prefix: '##',
    max_input_chars_per_word: 100,
    vocab: Object.fromEntries(WORDS.map((word, id) => [word, id])),
  },
}

const BERT = {
  model_type: 'bert',
  hidden_size: E,
  num_hidden_layers: 1,
  num_attention_heads: 2,
  intermediate_size: 12,
  hidden_act: 'gelu',
  layer_norm_eps: 1e-12,
  vocab_size: WORDS.length,
  max_position_embeddings: 32,
  type_vocab_size: 2,
  position_embedding_type: 'absolute',
} as const

const random = createRandom(3)
const matrix = (rows: number, columns: number) => ({ rows, columns, data: values(rows * columns) })
const values = (length: number) => Float32Array.from({ length }, () => random() - 0.5)
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/** All files of a folder, with slashes in their names. */
export async function filesIn(folder: string): Promise<Files> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = new Map<string, Buffer>()
  for (const entry of entries.filter((one) => one.isFile())) {
    const file = path.join(entry.parentPath, entry.name)
    files.set(path.relative(folder, file).replaceAll('\\', '/'), await readFile(file))
  }
  return files
}

export async function writeFiles(folder: string, files: Files): Promise<void> {
  for (const [name, bytes] of files) {
    const file = path.join(folder, name)
    await mkdir(path.dirname(file), { recursive: true })
    await writeFile(file, bytes)
  }
}

/** A static encoder of ten words. */
export async function writeStatic(folder: string): Promise<void> {
  await writeStaticEncoder(folder, {
    config: { count_damping: 'sqrt', normalize: true, max_tokens: null },
    rows: matrix(WORDS.length, E),
    format: 'int8',
    tokenizer: JSON.stringify(TOKENIZER),
    reference: [[3], [0, 1, 1, 0], [1, 1, 1]],
  })
}

/** A BERT of one layer, as sentence-transformers publishes it. */
export async function writeBert(folder: string): Promise<void> {
  const tensors = weightTable(BERT).map(({ name, shape }) => {
    const length = shape.reduce((product, size) => product * size, 1)
    return [name, { shape, data: values(length) }] as const
  })
  const modules = ['Transformer', 'Pooling', 'Normalize'].map((type, idx) => ({
    idx,
    name: String(idx),
    path: type === 'Transformer' ? '' : `${idx}_${type}`,
    type: `sentence_transformers.models.${type}`,
  }))
  const json = {
    'config.json': BERT,
    'modules.json': modules,
    'sentence_bert_config.json': { max_seq_length: 16, do_lower_case: false },
    '1_Pooling/config.json': { pooling_mode_cls_token: false, pooling_mode_mean_tokens: true },
    'tokenizer.json': TOKENIZER,
    'reference.json': [
      { ids: [1, 3, 2], vector_f32le_base64: Buffer.from(values(E).buffer).toString('base64') },
    ],
    'tokenizer_config.json': { model_max_length: 16, do_lower_case: true },
  }
  const text = Object.entries(json).map(
    ([name, value]) => [name, Buffer.from(JSON.stringify(value))] as const,
  )
  await writeFiles(
    folder,
    new Map([...text, ['model.safetensors', Buffer.from(writeSafetensors(new Map(tensors)))]]),
  )
}

/** A network of gated branches, which runs on the main thread, and one of a tower, which is TensorFlow.js's. */
export function networks(): Record<'gated' | 'tower', DenseNetworkWeights> {
  const gate = { gateKernel: matrix(E + F, 3), gateBias: values(3), classScores: matrix(LLMS.length, 3) }
  const layers = [
    { kernel: matrix(E + F + 4, 5), bias: values(5) },
    { kernel: matrix(5, 1), bias: values(1) },
  ]
  const common = { embedding: E, features: F, activation: { type: 'relu' }, output: 'logit' } as const
  return {
    gated: { ...common, towers: [], gatedBranches: [gate] },
    tower: { ...common, towers: [{ llmVectors: matrix(LLMS.length, 4), layers }], gatedBranches: [] },
  }
}

/**
 * Writes a saved model for the static encoder.
 * A TensorFlow.js backend must have been started.
 */
export async function writeModel(root: string, name: string, weights: DenseNetworkWeights): Promise<void> {
  const encoder = await readFile(path.join(root, 'encoders/tiny/model.safetensors'))
  await writeSavedModel(
    { root, name },
    {
      format_version: 1,
      type: 'dense_network',
      encoder: { name: 'tiny', dimension: E, sha256: sha256(encoder) },
      features: { version: 'v1' },
      llms: LLMS,
      network: { hidden: [5], llm_embedding_dimension: 4, activation: { type: 'relu' } },
      output: 'probability',
      origin: { source: 'fuzz', sha256: sha256(Buffer.from(name)), description: 'random weights' },
      // What is changed would mostly end here: any score is right.
      reference: { prompts: ['a cat'], llms: ['a'], scores: [[0.5]], tolerance: 1 },
    },
    await writeNetwork(weights),
    'reject',
  )
}
