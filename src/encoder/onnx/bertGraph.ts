import type { EncoderSpec } from '../directory.js'
import { WEIGHTS_FILE } from '../directory.js'
import type { WeightFile } from '../weightFile.js'
import { OnnxGraph } from './graph.js'
import type { ElementType, Value } from './graph.js'
import { BLOCK } from './quantized.js'
import type { QuantizedMatrix } from './quantized.js'

/** Names of safetensors -> names of ONNX. */
const ELEMENT_TYPES: Readonly<Record<string, ElementType>> = {
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
  F64: 'float64',
}

/**
 * Writes the graph of a BERT sentence encoder, its weights pointing into model.safetensors.
 * Shapes: B prompts, S tokens of the longest, N tokens in all, H width.
 *
 * Linear layers, norms and GELU run on the N real tokens; padding exists only inside attention.
 * Inputs: `ids` [N], `positions` [N], `toPadded` [B, S] (row among the N tokens, any row where there is padding),
 * `fromPadded` [N] (cell of the B x S square), `lengths` [B], `mask` [B, S] (1 for a token). Output: `embedding` [B, H].
 *
 * @param quantized matrices to take in 8 bits in place of those in the file, by name without `.weight`
 */
export function writeBertGraph(
  spec: EncoderSpec,
  weightFile: WeightFile,
  quantized: ReadonlyMap<string, QuantizedMatrix> = new Map(),
): Uint8Array {
  const { bert } = spec
  const H = bert.hidden_size
  const graph = new OnnxGraph()
  const ids = graph.input('ids', 'int32', ['N'])
  const positions = graph.input('positions', 'int32', ['N'])
  const toPadded = graph.input('toPadded', 'int32', ['B', 'S'])
  const fromPadded = graph.input('fromPadded', 'int32', ['N'])
  const mask = graph.input('mask', 'int32', ['B', 'S'])

  const weight = weightsOf(graph, weightFile)
  const epsilon = { epsilon: { float: bert.layer_norm_eps } }
  const normWeights = (name: string) => [weight(`${name}.weight`), weight(`${name}.bias`)]
  const linear = (x: Value, name: string) => {
    const matrix = quantized.get(name)
    if (matrix !== undefined) return quantizedLinear(graph, x, matrix, weight(`${name}.bias`))
    // PyTorch keeps matrices as [out, in], which Gemm multiplies by as they are.
    return graph.node('Gemm', [x, weight(`${name}.weight`), weight(`${name}.bias`)], { transB: 1 })
  }
  const addAndNorm = (x: Value, residual: Value, name: string) =>
    graph.fused('SkipLayerNormalization', [x, residual, ...normWeights(name)], epsilon)
  const rows = (table: string, indices: Value) =>
    graph.node('Gather', [weight(`embeddings.${table}.weight`), indices])

  const words = graph.node('Add', [rows('word_embeddings', ids), rows('position_embeddings', positions)])
  const sum = graph.node('Add', [words, rows('token_type_embeddings', graph.integers(0))])
  let x = graph.node('LayerNormalization', [sum, ...normWeights('embeddings.LayerNorm')], {
    axis: -1,
    ...epsilon,
  })

  const flat = graph.integers(-1, H)
  for (let layer = 0; layer < bert.num_hidden_layers; layer++) {
    const at = (name: string) => `encoder.layer.${layer}.${name}`
    const padded = (name: string) => graph.node('Gather', [linear(x, at(`attention.self.${name}`)), toPadded])
    const heads = [padded('query'), padded('key'), padded('value'), '', mask]
    const square = graph.fused('MultiHeadAttention', heads, { num_heads: bert.num_attention_heads })
    const context = graph.node('Gather', [graph.node('Reshape', [square, flat]), fromPadded])
    const h = addAndNorm(linear(context, at('attention.output.dense')), x, at('attention.output.LayerNorm'))
    const wide = graph.fused('Gelu', [linear(h, at('intermediate.dense'))])
    x = addAndNorm(linear(wide, at('output.dense')), h, at('output.LayerNorm'))
  }
  writePooling(graph, graph.node('Gather', [x, toPadded]), mask, spec)
  return graph.toBytes()
}

/** Each weight once, as float32 whatever the file holds. */
function weightsOf(graph: OnnxGraph, { file, nameInFile }: WeightFile): (name: string) => Value {
  const values = new Map<string, Value>()
  return (name) => {
    const known = values.get(name)
    if (known !== undefined) return known
    const stored = nameInFile(name)
    const place = { file: WEIGHTS_FILE, offset: file.byteOffset(stored), length: file.byteLength(stored) }
    const type = ELEMENT_TYPES[file.dtype(stored)] ?? 'float32'
    const raw = graph.external(name, type, file.shape(stored), place)
    const value = type === 'float32' ? raw : graph.toFloat32(raw)
    values.set(name, value)
    return value
  }
}

/**
 * A linear layer with weights in 8 bits, each block with its scale. At accuracy level 4 ONNX Runtime rounds the input to
 * 8 bits as well, block by block within a row, so a prompt's vector does not depend on what it is computed with.
 */
function quantizedLinear(graph: OnnxGraph, x: Value, matrix: QuantizedMatrix, bias: Value): Value {
  const { inputs, outputs, values, scales } = matrix
  const blocks = inputs / BLOCK
  const weight = graph.constant('uint8', [outputs, blocks, BLOCK], values)
  const scale = graph.constant('float32', [outputs, blocks], scales)
  const attributes = { K: inputs, N: outputs, bits: 8, block_size: BLOCK, accuracy_level: 4 }
  return graph.fused('MatMulNBits', [x, weight, scale, '', '', bias], attributes)
}

/** [B, S, H] -> `embedding` [B, H] */
function writePooling(graph: OnnxGraph, x: Value, mask: Value, spec: EncoderSpec): void {
  const name = 'embedding'
  const pooled =
    spec.pooling === 'cls' ? graph.node('Gather', [x, first(graph)], { axis: 1 }) : mean(graph, x, mask)
  if (spec.normalize) {
    const length = graph.node('ReduceL2', [pooled], { axes: [-1], keepdims: 1 })
    const floor = graph.constant('float32', [], Float32Array.of(1e-12))
    graph.node('Div', [pooled, graph.node('Max', [length, floor])], {}, { name })
  } else {
    graph.node('Identity', [pooled], {}, { name })
  }
  graph.output(name, 'float32', ['B', spec.bert.hidden_size])
}

function first(graph: OnnxGraph): Value {
  return graph.constant('int64', [], BigInt64Array.of(0n))
}

/** The mean over each prompt's own tokens: a product with its mask, divided by its number of tokens. */
function mean(graph: OnnxGraph, x: Value, mask: Value): Value {
  const weights = graph.toFloat32(mask) // [B, S]
  const row = graph.node('Unsqueeze', [weights, graph.integers(1)]) // [B, 1, S]
  const total = graph.node('Squeeze', [graph.node('MatMul', [row, x]), graph.integers(1)]) // [B, H]
  const count = graph.node('ReduceSum', [weights, graph.integers(1)], { keepdims: 1 }) // [B, 1]
  return graph.node('Div', [total, count])
}
