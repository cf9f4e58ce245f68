import { readFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import path from 'node:path'

import { InferenceSession, Tensor } from 'onnxruntime-node'

import { LLimitError } from '../../errors.js'
import { WEIGHTS_FILE } from '../directory.js'
import type { Engine, OpenEngine } from '../engine.js'
import { padLayout } from '../paddedLayout.js'
import { positions } from '../packing.js'
import type { PackedTokens } from '../packing.js'
import { openWeights } from '../weightFile.js'
import { writeBertGraph } from './bertGraph.js'
import { collectGarbage } from './collectGarbage.js'
import { quantizeLinears } from './quantized.js'

/** ONNX Runtime on the CPU, from a graph that is written here and weights that stay in model.safetensors. */
export const openOnnxruntime: OpenEngine = async (spec, precision) => {
  if (precision === 'bf16')
    throw new LLimitError('ENGINE_UNAVAILABLE', `onnxruntime does not compute in ${precision}`)
  const weights = await openWeights(spec)
  const quantized = precision === 'int8' ? await quantizeLinears(spec, weights) : undefined
  const graph = writeBertGraph(spec, weights, quantized)
  await weights.file.close()
  const threads = availableParallelism()
  const session = await InferenceSession.create(graph, {
    externalData: [{ path: WEIGHTS_FILE, data: await readFile(path.join(spec.directory, WEIGHTS_FILE)) }],
    intraOpNumThreads: threads,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
  })
  collectGarbage()
  return engineOf(session, `onnxruntime, cpu, ${threads} threads`)
}

function engineOf(session: InferenceSession, description: string): Engine {
  return {
    description,
    encode: async (tokens) => {
      const { embedding } = await session.run(feedsOf(tokens))
      if (!(embedding?.data instanceof Float32Array))
        throw new LLimitError('INTERNAL', 'the graph gave no embedding')
      return embedding.data
    },
    dispose: () => session.release(),
  }
}

function feedsOf(tokens: PackedTokens): Record<string, Tensor> {
  const { B, S, toPadded, fromPadded, mask } = padLayout(tokens)
  const N = tokens.ids.length
  return {
    ids: new Tensor('int32', tokens.ids, [N]),
    positions: new Tensor('int32', positions(tokens), [N]),
    toPadded: new Tensor('int32', toPadded, [B, S]),
    fromPadded: new Tensor('int32', fromPadded, [N]),
    mask: new Tensor('int32', mask, [B, S]),
  }
}
