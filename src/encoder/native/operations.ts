import type { Projection, SentenceOperations } from '../bert.js'
import type { EncoderSpec } from '../directory.js'
import type { ElementType, Graph, Value } from './graph.js'
import type { Variables } from './variables.js'

/** bfloat16 has the range of float32, so the same mask serves both. */
const MASKED = -1e9

/** Inputs of the graph, described in bertGraph.ts. */
export type Inputs = Record<'ids' | 'positions' | 'toPadded' | 'fromPadded' | 'mask', Value>

/** What a graph is written from. */
export interface GraphSource {
  spec: EncoderSpec
  weights: Variables
  /** Element type of products, attention and GELU; sums, norms and pooling are float32. */
  compute: ElementType
}

/**
 * BERT in nodes of a TensorFlow graph.
 * Shapes: B prompts, S tokens of the longest, N tokens in all, H width, A heads of width D = H / A.
 */
export class TensorflowOperations implements SentenceOperations<Value> {
  readonly #graph: Graph
  readonly #inputs: Inputs
  readonly #spec: EncoderSpec
  readonly #weights: Variables
  readonly #compute: ElementType
  /** [B, 1, 1, S] 0 for a token, MASKED for padding. */
  readonly #bias: Value
  readonly #heads: HeadRows

  constructor(graph: Graph, inputs: Inputs, { spec, weights, compute }: GraphSource) {
    this.#graph = graph
    this.#inputs = inputs
    this.#spec = spec
    this.#weights = weights
    this.#compute = compute
    this.#bias = graph.cast(maskBias(graph, inputs.mask), compute)
    this.#heads = headRows(graph, spec.bert.num_attention_heads, inputs)
  }

  embed(): Value {
    const graph = this.#graph
    const { ids, positions } = this.#inputs
    const rows = (table: string, indices: Value) =>
      graph.gather(this.#weights.get(`embeddings.${table}.weight`), indices)
    const words = graph.op('AddV2', [rows('word_embeddings', ids), rows('position_embeddings', positions)])
    const sum = graph.op('AddV2', [words, rows('token_type_embeddings', graph.integer(0))])
    return this.#norm(sum, 'embeddings.LayerNorm')
  }

  linear(x: Value, name: string): Value {
    const graph = this.#graph
    const product = graph.op('MatMul', [graph.cast(x, this.#compute), this.#weights.get(`${name}.weight`)])
    return graph.op('BiasAdd', [product, this.#weights.get(`${name}.bias`)])
  }

  addAndNorm(x: Value, residual: Value, name: string): Value {
    return this.#norm(this.#graph.op('AddV2', [residual, this.#graph.cast(x, 'float32')]), name)
  }

  attention(project: (part: Projection) => Value): Value {
    const graph = this.#graph
    const { hidden_size: H, num_attention_heads: A } = this.#spec.bert
    const rowsOfHeads = graph.integers(-1, H / A)
    const split = (part: Projection) =>
      graph.gather(graph.op('Reshape', [project(part), rowsOfHeads]), this.#heads.toPadded)
    const scale = graph.cast(graph.float(1 / Math.sqrt(H / A)), this.#compute)
    const query = graph.op('Mul', [split('query'), scale]) // [B, A, S, D]
    const scores = graph.op('BatchMatMulV2', [query, split('key')], { adj_y: true }) // [B, A, S, S]
    const weight = graph.op('Softmax', [graph.op('AddV2', [scores, this.#bias])])
    const mixed = graph.op('BatchMatMulV2', [weight, split('value')]) // [B, A, S, D]
    const tokens = graph.gather(graph.op('Reshape', [mixed, rowsOfHeads]), this.#heads.fromPadded) // [N, A, D]
    return graph.op('Reshape', [tokens, graph.integers(-1, H)])
  }

  gelu(x: Value): Value {
    const graph = this.#graph
    const number = (value: number) => graph.cast(graph.float(value), this.#compute)
    const erf = graph.op('Erf', [graph.op('Mul', [x, number(Math.SQRT1_2)])])
    const cumulative = graph.op('Mul', [graph.op('AddV2', [erf, number(1)]), number(0.5)])
    return graph.op('Mul', [cumulative, x])
  }

  inLayer(x: Value, layer: (x: Value) => Value): Value {
    return layer(x)
  }

  pool(x: Value, pooling: EncoderSpec['pooling']): Value {
    const graph = this.#graph
    const { toPadded, mask } = this.#inputs
    const padded = graph.gather(x, toPadded) // [B, S, H]
    if (pooling === 'mean') return mean(graph, padded, mask, this.#spec.bert.hidden_size)
    return graph.gather(padded, graph.integer(0), 1)
  }

  normalize(x: Value): Value {
    const graph = this.#graph
    const sum = graph.op('Sum', [graph.op('Square', [x]), graph.integers(1)], { keep_dims: true })
    const length = graph.op('Maximum', [graph.op('Sqrt', [sum]), graph.float(1e-12)])
    return graph.op('RealDiv', [x, length])
  }

  /**
   * `x * s + (b - m * s)` and not `(x - m) * s + b`: TensorFlow's optimizer recognizes the latter and puts an operation
   * of oneDNN in its place that computes something else when scale and shift are variables.
   */
  #norm(x: Value, name: string): Value {
    const graph = this.#graph
    const meanOf = (value: Value) => graph.op('Mean', [value, graph.integers(1)], { keep_dims: true })
    const mean = meanOf(x)
    const variance = meanOf(graph.op('SquaredDifference', [x, mean]))
    const epsilon = graph.float(this.#spec.bert.layer_norm_eps)
    const root = graph.op('Rsqrt', [graph.op('AddV2', [variance, epsilon])])
    const scale = graph.op('Mul', [root, this.#weights.get(`${name}.weight`)])
    const shift = graph.op('Sub', [this.#weights.get(`${name}.bias`), graph.op('Mul', [mean, scale])])
    return graph.op('AddV2', [graph.op('Mul', [x, scale]), shift])
  }
}

/** Rows of D values each: from N x A, by token and then by head, to B x A x S, by head and then by token, and back. */
interface HeadRows {
  /** [B, A, S] row among the N x A. */
  toPadded: Value
  /** [N, A] row among the B x A x S. */
  fromPadded: Value
}

/** [B, S] -> [B, 1, 1, S] */
function maskBias(graph: Graph, mask: Value): Value {
  const bias = graph.op('Mul', [graph.op('Sub', [graph.float(1), mask]), graph.float(MASKED)])
  return graph.op('ExpandDims', [graph.op('ExpandDims', [bias, graph.integer(1)]), graph.integer(1)])
}

/**
 * One gather with these replaces a gather of whole tokens and a transposition, whose cost for one short prompt is a fifth
 * of all that is not a product.
 */
function headRows(graph: Graph, A: number, { positions, toPadded, fromPadded }: Inputs): HeadRows {
  const heads = graph.integers(...Array(A).keys())
  const [first, last] = [graph.integer(0), graph.integer(-1)]
  const rowOfToken = graph.op('Mul', [graph.op('ExpandDims', [toPadded, graph.integer(1)]), graph.integer(A)])
  const S = graph.gather(graph.node('Shape', [toPadded], 'int32', { T: { type: 'int32' } }), graph.integer(1))
  // Cell b * S + s of the padded grid is row b * A * S + s of head 0.
  const rowOfPrompt = graph.op('Mul', [graph.op('Sub', [fromPadded, positions]), graph.integer(A - 1)])
  const rowOfHeadZero = graph.op('ExpandDims', [graph.op('AddV2', [fromPadded, rowOfPrompt]), last])
  return {
    toPadded: graph.op('AddV2', [rowOfToken, graph.op('ExpandDims', [heads, last])]),
    fromPadded: graph.op('AddV2', [
      rowOfHeadZero,
      graph.op('Mul', [graph.op('ExpandDims', [heads, first]), S]),
    ]),
  }
}

/** The mean over each prompt's own tokens: a product with its mask, divided by its number of tokens. */
function mean(graph: Graph, x: Value, mask: Value, H: number): Value {
  const row = graph.op('ExpandDims', [mask, graph.integer(1)]) // [B, 1, S]
  const total = graph.op('Reshape', [graph.op('BatchMatMulV2', [row, x]), graph.integers(-1, H)])
  const count = graph.op('Sum', [mask, graph.integers(1)], { keep_dims: true }) // [B, 1]
  return graph.op('RealDiv', [total, count])
}
