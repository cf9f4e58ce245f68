import { encodeSentences } from '../bert.js'
import type { EncoderSpec } from '../directory.js'
import type { WeightFile } from '../weightFile.js'
import { OnnxGraph } from './graph.js'
import { EMBEDDING, OnnxOperations } from './operations.js'
import type { QuantizedMatrix } from './quantized.js'

/**
 * Writes the graph of a BERT sentence encoder, its weights pointing into model.safetensors.
 * Shapes: B prompts, S tokens of the longest, N tokens in all, H width.
 *
 * Linear layers, norms and GELU run on the N real tokens; padding exists only inside attention.
 * Inputs, all int32: `ids` [N], `positions` [N], `toPadded` [B, S] (row among the N tokens, any row for padding),
 * `fromPadded` [N] (cell of the padded B x S grid), `mask` [B, S] (1 for a token). Output: `embedding` [B, H].
 *
 * @param quantized matrices to take in 8 bits in place of those in the file, by name without `.weight`
 */
export function writeBertGraph(
  spec: EncoderSpec,
  weightFile: WeightFile,
  quantized: ReadonlyMap<string, QuantizedMatrix> = new Map(),
): Uint8Array {
  const graph = new OnnxGraph()
  const inputs = {
    ids: graph.input('ids', 'int32', ['N']),
    positions: graph.input('positions', 'int32', ['N']),
    toPadded: graph.input('toPadded', 'int32', ['B', 'S']),
    fromPadded: graph.input('fromPadded', 'int32', ['N']),
    mask: graph.input('mask', 'int32', ['B', 'S']),
  }
  const operations = new OnnxOperations(graph, inputs, { bert: spec.bert, weightFile, quantized })
  const result = encodeSentences(operations, spec)
  if (result !== EMBEDDING) graph.node('Identity', [result], {}, { name: EMBEDDING })
  graph.output(EMBEDDING, 'float32', ['B', spec.bert.hidden_size])
  return graph.toBytes()
}
