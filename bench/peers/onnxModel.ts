import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'

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
 * export, weights inside, beside the tokenizer. The publisher's file is made from the same weights.
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

/** Inputs `input_ids`, `attention_mask`, `token_type_ids` [B, S]; output `last_hidden_state` [B, S, H]. */
function writeBert(graph: OnnxGraph, bert: BertConfig, weight: Weight): void {
  const H = bert.hidden_size
  const input = (name: string) => graph.input(name, 'int64', ['B', 'S'])
  const [ids, attentionMask, types] = [input('input_ids'), input('attention_mask'), input('token_type_ids')]
  const linear = (x: Value, name: string) => {
    const matrix = graph.node('Transpose', [weight(`${name}.weight`)])
    return graph.node('Add', [graph.node('MatMul', [x, matrix]), weight(`${name}.bias`)])
  }
  const norm = (x: Value, name: string, output = {}) => {
    const attributes = { axis: -1, epsilon: { float: bert.layer_norm_eps } }
    const inputs = [x, weight(`${name}.weight`), weight(`${name}.bias`)]
    return graph.node('LayerNormalization', inputs, attributes, output)
  }
  const rows = (table: string, indices: Value) =>
    graph.node('Gather', [weight(`embeddings.${table}.weight`), indices])

  // The number of tokens, and with it the positions 0 … S-1.
  const size = graph.node('Gather', [graph.node('Shape', [ids]), graph.integers(1)])
  const scalar = graph.constant('int64', [], BigInt64Array.of(0n))
  const step = graph.constant('int64', [], BigInt64Array.of(1n))
  const positions = graph.node('Range', [scalar, graph.node('Squeeze', [size]), step])
  const words = graph.node('Add', [rows('word_embeddings', ids), rows('token_type_embeddings', types)])
  let x = norm(graph.node('Add', [words, rows('position_embeddings', positions)]), 'embeddings.LayerNorm')

  const mask = graph.node('Cast', [attentionMask], { to: INT32 })
  const last = bert.num_hidden_layers - 1
  for (let layer = 0; layer <= last; layer++) {
    const at = (name: string) => `encoder.layer.${layer}.${name}`
    const [q, k, v] = ['query', 'key', 'value'].map((name) => linear(x, at(`attention.self.${name}`)))
    const heads = [q ?? '', k ?? '', v ?? '', '', mask]
    const context = graph.fused('MultiHeadAttention', heads, { num_heads: bert.num_attention_heads })
    const attended = graph.node('Add', [linear(context, at('attention.output.dense')), x])
    const h = norm(attended, at('attention.output.LayerNorm'))
    const wide = graph.fused('Gelu', [linear(h, at('intermediate.dense'))])
    const sum = graph.node('Add', [linear(wide, at('output.dense')), h])
    x = norm(sum, at('output.LayerNorm'), layer === last ? { name: 'last_hidden_state' } : {})
  }
  graph.output(x, 'float32', ['B', 'S', H])
}
