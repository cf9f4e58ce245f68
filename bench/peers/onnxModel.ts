import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'

import { encodeTokens } from '../../src/encoder/bert.js'
import type { Projection, TokenOperations } from '../../src/encoder/bert.js'
import { readEncoderSpec } from '../../src/encoder/directory.js'
import type { BertConfig } from '../../src/encoder/directory.js'
import { OnnxGraph } from '../../src/encoder/onnx/graph.js'
import type { Value } from '../../src/encoder/onnx/graph.js'
import { weightTable } from '../../src/encoder/weights.js'
import { openWeights } from '../../src/encoder/weightFile.js'
import { ENCODER_DIRECTORY } from '../paths.js'

/** TensorProto.DataType */
const INT32 = 6

type Weight = (name: string) => Value

/**
 * Writes the encoder as transformers.js wants it: `onnx/model.onnx` with the inputs and the output of the publisher's
 * export, weights inside, in one folder with the tokenizer. The publisher's file is made from the same weights.
 * Shapes: B prompts, S tokens of the longest, H width.
 */
export async function writeOnnxModel(directory: string): Promise<void> {
  const spec = await readEncoderSpec(ENCODER_DIRECTORY)
  const weights = await openWeights(spec)
  const tensors = new Map<string, { shape: readonly number[]; values: Float32Array }>()
  for (const { name, shape } of weightTable(spec.bert)) {
    tensors.set(name, { shape, values: await weights.file.read(weights.nameInFile(name)) })
  }
  await weights.file.close()

  const graph = new OnnxGraph()
  writeBert(graph, spec.bert, (name) => {
    const tensor = tensors.get(name)
    if (tensor === undefined) throw new Error(`no weight ${name}`)
    return graph.constant('float32', tensor.shape, tensor.values)
  })
  await mkdir(path.join(directory, 'onnx'), { recursive: true })
  await writeFile(path.join(directory, 'onnx/model.onnx'), graph.toBytes())
  for (const file of ['config.json', 'tokenizer.json', 'tokenizer_config.json'])
    await copyFile(path.join(ENCODER_DIRECTORY, file), path.join(directory, file))
}

/** Inputs `input_ids`, `attention_mask`, `token_type_ids` [B, S], int64; output `last_hidden_state` [B, S, H]. */
function writeBert(graph: OnnxGraph, bert: BertConfig, weight: Weight): void {
  const operations = new PublisherOperations(graph, bert, weight)
  const tokens = encodeTokens(operations, bert)
  graph.output(tokens, 'float32', ['B', 'S', bert.hidden_size])
}

/** BERT on padded tokens [B, S], in place of packed ones. */
class PublisherOperations implements TokenOperations<Value> {
  readonly #graph: OnnxGraph
  readonly #bert: BertConfig
  readonly #weight: Weight
  readonly #ids: Value
  readonly #mask: Value
  readonly #types: Value

  constructor(graph: OnnxGraph, bert: BertConfig, weight: Weight) {
    this.#graph = graph
    this.#bert = bert
    this.#weight = weight
    this.#ids = graph.input('input_ids', 'int64', ['B', 'S'])
    this.#mask = graph.node('Cast', [graph.input('attention_mask', 'int64', ['B', 'S'])], { to: INT32 })
    this.#types = graph.input('token_type_ids', 'int64', ['B', 'S'])
  }

  embed(): Value {
    const graph = this.#graph
    const rows = (table: string, indices: Value) =>
      graph.node('Gather', [this.#weight(`embeddings.${table}.weight`), indices])
    // The number of tokens, and with it the positions 0 … S-1.
    const size = graph.node('Gather', [graph.node('Shape', [this.#ids]), graph.integers(1)])
    const scalar = graph.constant('int64', [], BigInt64Array.of(0n))
    const step = graph.constant('int64', [], BigInt64Array.of(1n))
    const positions = graph.node('Range', [scalar, graph.node('Squeeze', [size]), step])
    const words = rows('word_embeddings', this.#ids)
    const typed = graph.node('Add', [words, rows('token_type_embeddings', this.#types)])
    const sum = graph.node('Add', [typed, rows('position_embeddings', positions)])
    return this.#norm(sum, 'embeddings.LayerNorm')
  }

  linear(x: Value, name: string): Value {
    const matrix = this.#graph.node('Transpose', [this.#weight(`${name}.weight`)])
    return this.#graph.node('Add', [this.#graph.node('MatMul', [x, matrix]), this.#weight(`${name}.bias`)])
  }

  addAndNorm(x: Value, residual: Value, name: string): Value {
    const last = `encoder.layer.${this.#bert.num_hidden_layers - 1}.output.LayerNorm`
    const output = name === last ? { name: 'last_hidden_state' } : {}
    return this.#norm(this.#graph.node('Add', [x, residual]), name, output)
  }

  attention(project: (part: Projection) => Value): Value {
    const inputs = [project('query'), project('key'), project('value'), '', this.#mask]
    return this.#graph.fused('MultiHeadAttention', inputs, { num_heads: this.#bert.num_attention_heads })
  }

  gelu(x: Value): Value {
    return this.#graph.fused('Gelu', [x])
  }

  inLayer(x: Value, layer: (x: Value) => Value): Value {
    return layer(x)
  }

  #norm(x: Value, name: string, output: { name?: string } = {}): Value {
    const attributes = { axis: -1, epsilon: { float: this.#bert.layer_norm_eps } }
    const inputs = [x, this.#weight(`${name}.weight`), this.#weight(`${name}.bias`)]
    return this.#graph.node('LayerNormalization', inputs, attributes, output)
  }
}
