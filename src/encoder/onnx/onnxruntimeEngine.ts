import { availableParallelism } from 'node:os'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

// First: it turns the library's telemetry off.
import '../../config/config.js'
import { InferenceSession, Tensor } from 'onnxruntime-node'

import type { Precision } from '../../engines.js'
import { LLimitError } from '../../errors.js'
import { WEIGHTS_FILE } from '../weightSource.js'
import type { EncoderSpec } from '../directory.js'
import type { Engine, OpenEngine } from '../engine.js'
import { padTokens, positions } from '../packing.js'
import type { PackedTokens } from '../packing.js'
import { openWeights } from '../weightFile.js'
import type { WeightFile } from '../weightFile.js'
import { writeBertGraph } from './bertGraph.js'
import { quantizeLinears } from './quantized.js'

/** ONNX Runtime on the CPU, from a graph that is written here and weights that stay in model.safetensors. */
export const openOnnxruntime: OpenEngine = async (spec, precision) => {
  if (precision === 'bf16') throw new LLimitError('ENGINE_UNAVAILABLE', `does not compute in ${precision}`)
  const weights = await openWeights(spec)
  const graph = await graphOf(spec, weights, precision)
  const threads = availableParallelism()
  const session = await InferenceSession.create(graph, {
    externalData: [{ path: WEIGHTS_FILE, data: await weights.bytes() }],
    intraOpNumThreads: threads,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
  })
  collectGarbage()
  return engineOf(session, `onnxruntime, cpu, ${threads} threads`, weights.leftOut)
}

async function graphOf(spec: EncoderSpec, weights: WeightFile, precision: Precision): Promise<Uint8Array> {
  try {
    const quantized = precision === 'int8' ? await quantizeLinears(spec, weights) : undefined
    return writeBertGraph(spec, weights, quantized)
  } finally {
    // Node 26 ends a thread that has left a file to the garbage collector.
    await weights.file.close()
  }
}

function engineOf(session: InferenceSession, description: string, leftOut: readonly string[]): Engine {
  return {
    description,
    leftOut,
    encode: async (tokens) => {
      const { embedding } = await session.run(feedsOf(tokens))
      if (!(embedding?.data instanceof Float32Array))
        throw new LLimitError('INTERNAL', 'expected an output "embedding" of the graph, got none')
      return embedding.data
    },
    dispose: () => session.release(),
  }
}

function feedsOf(tokens: PackedTokens): Record<string, Tensor> {
  const { B, S, toPadded, fromPadded, mask } = padTokens(tokens)
  const N = tokens.ids.length
  return {
    ids: new Tensor('int32', tokens.ids, [N]),
    positions: new Tensor('int32', positions(tokens), [N]),
    toPadded: new Tensor('int32', toPadded, [B, S]),
    fromPadded: new Tensor('int32', fromPadded, [N]),
    mask: new Tensor('int32', mask, [B, S]),
  }
}

/**
 * Collects garbage in this thread now. ONNX Runtime copies the weights it is given; the 90 MB of bytes they came in are
 * then garbage that V8, which sees a small heap and little work, may keep for as long as the process lives.
 */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc')
  const gc = runInNewContext('gc') as () => void
  setFlagsFromString('--no-expose-gc')
  gc()
}
