import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'

import { writeStaticEncoder } from '../../../src/encoder/static/writeStaticEncoder.js'
import type { MatrixFormat } from '../../../src/encoder/static/writeStaticEncoder.js'
import type { Matrix } from '../../../src/numeric/matrix.js'
import { createRandom } from '../../../src/numeric/random.js'
import { bytesOf, writeRawTensors } from '../../../src/tensor/writeSafetensors.js'

/** Words that are one token each; id 0 is a word that is not here. */
export const WORDS = ['[UNK]', '[CLS]', '[SEP]', 'a', 'b', 'cat', 'dog', 'of', 'the', 'x'] as const

/** tokenizer.json of a vocabulary of whole words. */
export const TINY_TOKENIZER = {
  truncation: { max_length: 4 },
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

/** Two vector registers wide. */
const E = 8

/** Token ids of a few prompts. */
const REFERENCE = [[3], [0, 1, 1, 0], [1, 1, 1]]

/** [10, 8] rows that depend on the seed only. */
export function tinyRows(seed = 1): Matrix {
  const random = createRandom(seed)
  const data = Float32Array.from({ length: WORDS.length * E }, () => random() * 4 - 2)
  return { rows: WORDS.length, columns: E, data }
}

const folders: string[] = []
after(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))))

/** An empty folder that is removed after the last test. */
export async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'llimit-static-'))
  folders.push(folder)
  return folder
}

interface Options {
  damping?: 'none' | 'sqrt'
  normalize?: boolean
  maxTokens?: number | null
  format?: MatrixFormat
  rows?: Matrix
}

/** Writes a static encoder of ten words. */
export async function writeTinyStatic(options: Options = {}): Promise<string> {
  const { damping = 'sqrt', normalize = true, maxTokens = null, format = 'int8', rows = tinyRows() } = options
  const directory = path.join(await emptyFolder(), 'tiny')
  const config = { count_damping: damping, normalize, max_tokens: maxTokens }
  const tokenizer = JSON.stringify(TINY_TOKENIZER)
  await writeStaticEncoder(directory, { config, rows, format, tokenizer, reference: REFERENCE })
  return directory
}

/** The same words as sentence-transformers publishes a StaticEmbedding. */
export async function writePublishedStatic(
  normalize: boolean,
  folder = '0_StaticEmbedding',
): Promise<string> {
  const directory = await emptyFolder()
  const { rows, columns, data } = tinyRows()
  const modules = [
    { idx: 0, name: '0', path: folder, type: 'sentence_transformers.models.StaticEmbedding' },
    ...(normalize
      ? [{ idx: 1, name: '1', path: '1_Normalize', type: 'sentence_transformers.models.Normalize' }]
      : []),
  ]
  const tensors = new Map([
    ['embedding.weight', { dtype: 'F32', shape: [rows, columns], bytes: bytesOf(data) }],
  ])
  await mkdir(path.join(directory, folder), { recursive: true })
  await writeFile(path.join(directory, 'modules.json'), JSON.stringify(modules))
  await writeFile(path.join(directory, folder, 'tokenizer.json'), JSON.stringify(TINY_TOKENIZER))
  await writeFile(path.join(directory, folder, 'model.safetensors'), writeRawTensors(tensors))
  return directory
}
