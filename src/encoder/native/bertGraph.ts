import { encodeSentences } from '../bert.js'
import type { EncoderSpec } from '../directory.js'
import { weightTable } from '../weights.js'
import { Graph } from './graph.js'
import { TensorflowOperations } from './operations.js'
import { declareVariables } from './variables.js'

/**
 * Writes a BERT sentence encoder as the contents of a TensorFlow saved_model.pb.
 * Shapes: B prompts, S tokens of the longest, N tokens in all, H width.
 *
 * Linear layers, norms and GELU run on the N real tokens; padding exists only inside attention.
 * Signature `load` takes every weight (see declareVariables) and is run once. Signature `serve` has the inputs `ids` [N],
 * `positions` [N], `toPadded` [B, S] (row among the N tokens, any row for padding), `fromPadded` [N] (cell of the padded
 * B x S grid) and `mask` [B, S] (1 for a token), and the output `embedding` [B, H]. All are int32 but for `mask` and
 * `embedding`, which are float32.
 */
export function writeBertModel(spec: EncoderSpec, precision: 'fp32' | 'bf16'): Uint8Array {
  const graph = new Graph()
  const compute = precision === 'bf16' ? 'bfloat16' : 'float32'
  const weights = declareVariables(graph, weightTable(spec.bert), compute)
  const inputs = {
    ids: graph.placeholder('ids', 'int32', [-1]),
    positions: graph.placeholder('positions', 'int32', [-1]),
    toPadded: graph.placeholder('toPadded', 'int32', [-1, -1]),
    fromPadded: graph.placeholder('fromPadded', 'int32', [-1]),
    mask: graph.placeholder('mask', 'float32', [-1, -1]),
  }
  const embedding = encodeSentences(new TensorflowOperations(graph, inputs, { spec, weights, compute }), spec)
  graph.signature(
    'serve',
    {
      ids: [inputs.ids, [-1]],
      positions: [inputs.positions, [-1]],
      toPadded: [inputs.toPadded, [-1, -1]],
      fromPadded: [inputs.fromPadded, [-1]],
      mask: [inputs.mask, [-1, -1]],
    },
    { embedding: [embedding, [-1, spec.bert.hidden_size]] },
  )
  return graph.toBytes()
}
