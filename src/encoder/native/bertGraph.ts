import type { EncoderSpec } from '../directory.js'
import { weightTable } from '../weights.js'
import { Graph } from './graph.js'
import type { ElementType, Value } from './graph.js'
import { declareVariables } from './variables.js'
import type { Variables } from './variables.js'

/** bfloat16 has the range of float32, so the same mask serves both. */
const MASKED = -1e9

/** What the layers of one graph share. */
interface Context {
  graph: Graph
  weights: Variables
  spec: EncoderSpec
  /** Element type of products, attention and GELU; sums, norms and pooling are float32. */
  compute: ElementType
  /** [B, S] row among the N tokens. */
  toPadded: Value
  /** Where the rows of the heads stand. */
  heads: HeadRows
  /** [B, 1, 1, S] 0 for a token, MASKED for padding. */
  bias: Value
}

/** Rows of D values each: from N x A, by token and then by head, to B x A x S, by head and then by token, and back. */
interface HeadRows {
  /** [B, A, S] row among the N x A. */
  toPadded: Value
  /** [N, A] row among the B x A x S. */
  fromPadded: Value
}

/**
 * Writes a BERT sentence encoder as the contents of a TensorFlow saved_model.pb.
 * Shapes: B prompts, S tokens of the longest, N tokens in all, H width, A heads of width D = H / A.
 *
 * Linear layers, norms and GELU run on the N real tokens; padding exists only inside attention.
 * Signature `load` takes every weight (see declareVariables) and is run once. Signature `serve` has the inputs `ids` [N],
 * `positions` [N], `toPadded` [B, S] (row among the N tokens, any row where there is padding), `fromPadded` [N] (cell of the
 * B x S square) and `mask` [B, S] (1 for a token), and the output `embedding` [B, H].
 */
export function writeBertModel(spec: EncoderSpec, precision: 'fp32' | 'bf16'): Uint8Array {
  const graph = new Graph()
  const compute = precision === 'bf16' ? 'bfloat16' : 'float32'
  const weights = declareVariables(graph, weightTable(spec.bert), compute)
  const ids = graph.placeholder('ids', 'int32', [-1])
  const positions = graph.placeholder('positions', 'int32', [-1])
  const toPadded = graph.placeholder('toPadded', 'int32', [-1, -1])
  const fromPadded = graph.placeholder('fromPadded', 'int32', [-1])
  const mask = graph.placeholder('mask', 'float32', [-1, -1])

  const bias = graph.cast(maskBias(graph, mask), compute)
  const heads = headRows(graph, spec.bert.num_attention_heads, { positions, toPadded, fromPadded })
  const context: Context = { graph, weights, spec, compute, toPadded, heads, bias }
  let x = embed(context, ids, positions)
  for (let layer = 0; layer < spec.bert.num_hidden_layers; layer++)
    x = encodeLayer(context, x, `encoder.layer.${layer}`)
  const embedding = pool(context, graph.gather(x, toPadded), mask)

  graph.signature(
    'serve',
    {
      ids: [ids, [-1]],
      positions: [positions, [-1]],
      toPadded: [toPadded, [-1, -1]],
      fromPadded: [fromPadded, [-1]],
      mask: [mask, [-1, -1]],
    },
    { embedding: [embedding, [-1, spec.bert.hidden_size]] },
  )
  return graph.toBytes()
}

/** [B, S] -> [B, 1, 1, S] */
function maskBias(graph: Graph, mask: Value): Value {
  const bias = graph.op('Mul', [graph.op('Sub', [graph.float(1), mask]), graph.float(MASKED)])
  return graph.op('ExpandDims', [graph.op('ExpandDims', [bias, graph.integer(1)]), graph.integer(1)])
}

/**
 * One gather with these takes the place of a gather of whole tokens and a transposition, whose cost for one short prompt is a fifth of
 * all that is not a product.
 */
function headRows(
  graph: Graph,
  A: number,
  { positions, toPadded, fromPadded }: Record<'positions' | 'toPadded' | 'fromPadded', Value>,
): HeadRows {
  const heads = graph.integers(...Array(A).keys())
  const [first, last] = [graph.integer(0), graph.integer(-1)]
  const rowOfToken = graph.op('Mul', [graph.op('ExpandDims', [toPadded, graph.integer(1)]), graph.integer(A)])
  const S = graph.gather(graph.node('Shape', [toPadded], 'int32', { T: { type: 'int32' } }), graph.integer(1))
  // Cell b * S + s of the square is row b * A * S + s of head 0.
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

/** [N, H] sum of word, position and type embedding, normalised. Every token is of type 0. */
function embed(context: Context, ids: Value, positions: Value): Value {
  const { graph, weights } = context
  const rows = (table: string, indices: Value) =>
    graph.gather(weights.get(`embeddings.${table}.weight`), indices)
  const words = graph.op('AddV2', [rows('word_embeddings', ids), rows('position_embeddings', positions)])
  const sum = graph.op('AddV2', [words, rows('token_type_embeddings', graph.integer(0))])
  return layerNorm(context, sum, 'embeddings.LayerNorm')
}

/** [N, H] -> [N, H] */
function encodeLayer(context: Context, x: Value, at: string): Value {
  const { graph } = context
  const addDense = (residual: Value, input: Value, name: string) =>
    graph.op('AddV2', [residual, graph.cast(linear(context, input, `${at}.${name}`), 'float32')])
  const mixed = attention(context, x, `${at}.attention.self`)
  const attended = addDense(x, mixed, 'attention.output.dense')
  const h = layerNorm(context, attended, `${at}.attention.output.LayerNorm`)
  const wide = gelu(context, linear(context, h, `${at}.intermediate.dense`))
  return layerNorm(context, addDense(h, wide, 'output.dense'), `${at}.output.LayerNorm`)
}

/** [N, H] -> [N, H] every token's mixture of the values of its own prompt's tokens. */
function attention(context: Context, x: Value, at: string): Value {
  const { graph, compute, spec, heads } = context
  const { hidden_size: H, num_attention_heads: A } = spec.bert
  const rowsOfHeads = graph.integers(-1, H / A)
  const split = (name: string) =>
    graph.gather(graph.op('Reshape', [linear(context, x, `${at}.${name}`), rowsOfHeads]), heads.toPadded)
  const scale = graph.cast(graph.float(1 / Math.sqrt(H / A)), compute)
  const query = graph.op('Mul', [split('query'), scale]) // [B, A, S, D]
  const scores = graph.op('BatchMatMulV2', [query, split('key')], { adj_y: true }) // [B, A, S, S]
  const weight = graph.op('Softmax', [graph.op('AddV2', [scores, context.bias])])
  const mixed = graph.op('BatchMatMulV2', [weight, split('value')]) // [B, A, S, D]
  const tokens = graph.gather(graph.op('Reshape', [mixed, rowsOfHeads]), heads.fromPadded) // [N, A, D]
  return graph.op('Reshape', [tokens, graph.integers(-1, H)])
}

function linear({ graph, weights, compute }: Context, x: Value, name: string): Value {
  const product = graph.op('MatMul', [graph.cast(x, compute), weights.get(`${name}.weight`)])
  return graph.op('BiasAdd', [product, weights.get(`${name}.bias`)])
}

/**
 * `x * s + (b - m * s)` and not `(x - m) * s + b`: the latter is recognised by TensorFlow's optimiser, which puts an operation of
 * oneDNN in its place that computes something else when scale and shift are variables.
 */
function layerNorm({ graph, weights, spec }: Context, x: Value, name: string): Value {
  const meanOf = (value: Value) => graph.op('Mean', [value, graph.integers(1)], { keep_dims: true })
  const mean = meanOf(x)
  const variance = meanOf(graph.op('SquaredDifference', [x, mean]))
  const root = graph.op('Rsqrt', [graph.op('AddV2', [variance, graph.float(spec.bert.layer_norm_eps)])])
  const scale = graph.op('Mul', [root, weights.get(`${name}.weight`)])
  const shift = graph.op('Sub', [weights.get(`${name}.bias`), graph.op('Mul', [mean, scale])])
  return graph.op('AddV2', [graph.op('Mul', [x, scale]), shift])
}

/** The exact GELU, x times the standard normal distribution function of x. */
function gelu({ graph, compute }: Context, x: Value): Value {
  const number = (value: number) => graph.cast(graph.float(value), compute)
  const erf = graph.op('Erf', [graph.op('Mul', [x, number(Math.SQRT1_2)])])
  const cumulative = graph.op('Mul', [graph.op('AddV2', [erf, number(1)]), number(0.5)])
  return graph.op('Mul', [cumulative, x])
}

/** [B, S, H] -> [B, H] */
function pool({ graph, spec }: Context, x: Value, mask: Value): Value {
  const pooled =
    spec.pooling === 'cls'
      ? graph.gather(x, graph.integer(0), 1)
      : mean(graph, x, mask, spec.bert.hidden_size)
  if (!spec.normalize) return pooled
  const sum = graph.op('Sum', [graph.op('Square', [pooled]), graph.integers(1)], { keep_dims: true })
  const length = graph.op('Maximum', [graph.op('Sqrt', [sum]), graph.float(1e-12)])
  return graph.op('RealDiv', [pooled, length])
}

/** The mean over each prompt's own tokens: a product with its mask, divided by its number of tokens. */
function mean(graph: Graph, x: Value, mask: Value, H: number): Value {
  const row = graph.op('ExpandDims', [mask, graph.integer(1)]) // [B, 1, S]
  const total = graph.op('Reshape', [graph.op('BatchMatMulV2', [row, x]), graph.integers(-1, H)])
  const count = graph.op('Sum', [mask, graph.integers(1)], { keep_dims: true }) // [B, 1]
  return graph.op('RealDiv', [total, count])
}
