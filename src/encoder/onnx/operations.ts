import type { Projection, SentenceOperations } from '../bert.js'
import { LLimitError } from '../../errors.js'
import { WEIGHTS_FILE } from '../weightSource.js'
import type { BertConfig, EncoderSpec } from '../directory.js'
import type { WeightFile } from '../weightFile.js'
import type { ElementType, OnnxGraph, Value } from './graph.js'
import { BLOCK } from './quantized.js'
import type { QuantizedMatrix } from './quantized.js'

/** Names of safetensors -> names of ONNX. */
const ELEMENT_TYPES: ReadonlyMap<string, ElementType> = new Map([
  ['F32', 'float32'],
  ['F16', 'float16'],
  ['BF16', 'bfloat16'],
  ['F64', 'float64'],
])

/** Inputs of the graph, described in bertGraph.ts. */
export type Inputs = Record<'ids' | 'positions' | 'toPadded' | 'fromPadded' | 'mask', Value>

/** What a graph is written from. */
export interface GraphSource {
  bert: BertConfig
  weightFile: WeightFile
  /** Matrices to take in 8 bits in place of those in the file, by name without `.weight`. */
  quantized: ReadonlyMap<string, QuantizedMatrix>
}

/** The output of the graph. */
export const EMBEDDING = 'embedding'

/** BERT in nodes of an ONNX graph, with the fused operators that ONNX Runtime has. */
export class OnnxOperations implements SentenceOperations<Value> {
  readonly #graph: OnnxGraph
  readonly #inputs: Inputs
  readonly #bert: BertConfig
  readonly #quantized: ReadonlyMap<string, QuantizedMatrix>
  readonly #weight: (name: string) => Value
  /** The shape [N, H], a constant that all layers share. */
  #packedShape: Value | undefined

  constructor(graph: OnnxGraph, inputs: Inputs, { bert, weightFile, quantized }: GraphSource) {
    this.#graph = graph
    this.#inputs = inputs
    this.#bert = bert
    this.#quantized = quantized
    this.#weight = weightsOf(graph, weightFile)
  }

  embed(): Value {
    const graph = this.#graph
    const { ids, positions } = this.#inputs
    const rows = (table: string, indices: Value) =>
      graph.node('Gather', [this.#weight(`embeddings.${table}.weight`), indices])
    const words = graph.node('Add', [rows('word_embeddings', ids), rows('position_embeddings', positions)])
    const sum = graph.node('Add', [words, rows('token_type_embeddings', graph.integers(0))])
    const attributes = { axis: -1, epsilon: { float: this.#bert.layer_norm_eps } }
    return graph.node('LayerNormalization', [sum, ...this.#normWeights('embeddings.LayerNorm')], attributes)
  }

  linear(x: Value, name: string): Value {
    const matrix = this.#quantized.get(name)
    if (matrix !== undefined) return quantizedLinear(this.#graph, x, matrix, this.#weight(`${name}.bias`))
    // PyTorch keeps matrices as [out, in], which Gemm multiplies by as they are.
    const inputs = [x, this.#weight(`${name}.weight`), this.#weight(`${name}.bias`)]
    return this.#graph.node('Gemm', inputs, { transB: 1 })
  }

  addAndNorm(x: Value, residual: Value, name: string): Value {
    const epsilon = { epsilon: { float: this.#bert.layer_norm_eps } }
    return this.#graph.fused('SkipLayerNormalization', [x, residual, ...this.#normWeights(name)], epsilon)
  }

  attention(project: (part: Projection) => Value): Value {
    const graph = this.#graph
    const { toPadded, fromPadded, mask } = this.#inputs
    this.#packedShape ??= graph.integers(-1, this.#bert.hidden_size)
    const padded = (part: Projection) => graph.node('Gather', [project(part), toPadded])
    const inputs = [padded('query'), padded('key'), padded('value'), '', mask]
    const mixed = graph.fused('MultiHeadAttention', inputs, { num_heads: this.#bert.num_attention_heads })
    return graph.node('Gather', [graph.node('Reshape', [mixed, this.#packedShape]), fromPadded])
  }

  gelu(x: Value): Value {
    return this.#graph.fused('Gelu', [x])
  }

  inLayer(x: Value, layer: (x: Value) => Value): Value {
    return layer(x)
  }

  pool(x: Value, pooling: EncoderSpec['pooling']): Value {
    const graph = this.#graph
    const { toPadded, mask } = this.#inputs
    const padded = graph.node('Gather', [x, toPadded]) // [B, S, H]
    if (pooling === 'mean') return mean(graph, padded, mask)
    const first = graph.constant('int64', [], BigInt64Array.of(0n))
    return graph.node('Gather', [padded, first], { axis: 1 })
  }

  /** Gives the output of the graph. */
  normalize(x: Value): Value {
    const length = this.#graph.node('ReduceL2', [x], { axes: [-1], keepdims: 1 })
    const floor = this.#graph.constant('float32', [], Float32Array.of(1e-12))
    return this.#graph.node('Div', [x, this.#graph.node('Max', [length, floor])], {}, { name: EMBEDDING })
  }

  #normWeights(name: string): Value[] {
    return [this.#weight(`${name}.weight`), this.#weight(`${name}.bias`)]
  }
}

/** Each weight once, as float32 whatever the file holds. */
function weightsOf(graph: OnnxGraph, { file, nameInFile }: WeightFile): (name: string) => Value {
  const values = new Map<string, Value>()
  return (name) => {
    const known = values.get(name)
    if (known !== undefined) return known
    const stored = nameInFile(name)
    const place = { file: WEIGHTS_FILE, offset: file.byteOffset(stored), length: file.byteLength(stored) }
    const type = elementTypeOf(file.dtype(stored), name)
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

/** The mean over each prompt's own tokens: a product with its mask, divided by its number of tokens. */
function mean(graph: OnnxGraph, x: Value, mask: Value): Value {
  const weights = graph.toFloat32(mask) // [B, S]
  const row = graph.node('Unsqueeze', [weights, graph.integers(1)]) // [B, 1, S]
  const total = graph.node('Squeeze', [graph.node('MatMul', [row, x]), graph.integers(1)]) // [B, H]
  const count = graph.node('ReduceSum', [weights, graph.integers(1)], { keepdims: 1 }) // [B, 1]
  return graph.node('Div', [total, count])
}

function elementTypeOf(dtype: string, name: string): ElementType {
  const type = ELEMENT_TYPES.get(dtype)
  if (type !== undefined) return type
  const expected = [...ELEMENT_TYPES.keys()].join(', ')
  // No engine reads another type.
  throw new LLimitError('MODEL_BROKEN', `${WEIGHTS_FILE}: ${name}: expected ${expected}, got ${dtype}`)
}
