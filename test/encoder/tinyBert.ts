import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'

import type { BertConfig } from '../../src/encoder/directory.js'
import { weightTable } from '../../src/encoder/weights.js'

export const TINY_CONFIG: BertConfig = {
  model_type: 'bert',
  hidden_size: 8,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  intermediate_size: 12,
  hidden_act: 'gelu',
  layer_norm_eps: 1e-12,
  vocab_size: 40,
  max_position_embeddings: 128,
  type_vocab_size: 2,
  position_embedding_type: 'absolute',
}

/** Token ids of prompts of different lengths. */
export const TINY_PROMPTS = [
  [1, 5, 9, 2],
  [1, 2],
  [1, 7, 7, 20, 11, 29, 3, 2],
  [1, 4, 2],
  // Long enough for attention head by head on wasm.
  Array.from({ length: 100 }, (_, i) => (i * 7) % 40),
]

/** Directories as publishers write them, which every engine must read. */
export const TINY_VARIANTS = [
  { pooling: 'mean', normalize: true },
  { pooling: 'mean', normalize: false },
  { pooling: 'cls', normalize: true, dtype: 'BF16' },
  { pooling: 'cls', normalize: false, prefix: 'bert.' },
] as const

interface Options {
  pooling?: 'cls' | 'mean'
  normalize?: boolean
  /** Before every name in the file, as some publishers write. */
  prefix?: string
  dtype?: 'F32' | 'BF16'
}

/** Values that bfloat16 holds exactly, so that every dtype stores the same network. */
export function tinyWeights(): Map<string, Float32Array> {
  const bits = new Uint32Array(1)
  const value = new Float32Array(bits.buffer)
  let step = 0
  return new Map(
    weightTable(TINY_CONFIG).map(({ name, shape }) => {
      const values = Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => {
        value[0] = Math.sin(++step * 1.7) + (name.endsWith('LayerNorm.weight') ? 1 : 0)
        bits.set([(bits.at(0) ?? 0) & 0xffff0000])
        return value.at(0) ?? 0
      })
      return [name, values]
    }),
  )
}

const written: string[] = []
after(() => Promise.all(written.map((directory) => rm(directory, { recursive: true }))))

/**
 * Writes a random BERT of two small layers as a sentence-transformers directory without a tokenizer; it is removed after
 * the last test.
 */
export async function writeTinyBert(options: Options = {}): Promise<string> {
  const { pooling = 'mean', normalize = true, prefix = '', dtype = 'F32' } = options
  const directory = await mkdtemp(path.join(os.tmpdir(), 'llimit-bert-'))
  written.push(directory)
  const kinds = ['Transformer', 'Pooling', ...(normalize ? ['Normalize'] : [])]
  const json: Record<string, unknown> = {
    'config.json': TINY_CONFIG,
    '1_Pooling/config.json': {
      pooling_mode_cls_token: pooling === 'cls',
      pooling_mode_mean_tokens: pooling === 'mean',
    },
    'modules.json': kinds.map((kind) => ({ type: `sentence_transformers.models.${kind}` })),
  }
  await mkdir(path.join(directory, '1_Pooling'))
  for (const [file, value] of Object.entries(json)) {
    await writeFile(path.join(directory, file), JSON.stringify(value))
  }
  await writeFile(path.join(directory, 'model.safetensors'), safetensors(prefix, dtype))
  return directory
}

function safetensors(prefix: string, dtype: 'F32' | 'BF16'): Buffer {
  const shapes = new Map(weightTable(TINY_CONFIG).map(({ name, shape }) => [name, shape]))
  const header: Record<string, unknown> = {}
  const parts: Buffer[] = []
  let offset = 0
  for (const [name, values] of tinyWeights()) {
    const bytes = dtype === 'F32' ? Buffer.from(values.buffer) : upperHalves(values)
    header[prefix + name] = { dtype, shape: shapes.get(name), data_offsets: [offset, offset + bytes.length] }
    parts.push(bytes)
    offset += bytes.length
  }
  // Published files carry tensors that a sentence vector does not need.
  header[`${prefix}embeddings.position_ids`] = {
    dtype: 'I64',
    shape: [1],
    data_offsets: [offset, offset + 8],
  }
  parts.push(Buffer.alloc(8))
  const text = Buffer.from(JSON.stringify(header))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(text.length))
  return Buffer.concat([length, text, ...parts])
}

/** bfloat16 is the upper half of a float32. */
function upperHalves(values: Float32Array): Buffer {
  const halves = new Uint16Array(values.buffer)
  return Buffer.from(Uint16Array.from(values, (_, i) => halves[2 * i + 1] ?? 0).buffer)
}
