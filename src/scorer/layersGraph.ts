import { z } from 'zod'

import { LLimitError } from '../errors.js'
import { decodeFloats } from '../tensor/floats.js'
import { toArtifacts } from '../tensor/layersModel.js'
import type { ModelFiles } from '../tensor/layersModel.js'
import type { Matrix } from '../numeric/matrix.js'

const layerSchema = z.object({
  name: z.string(),
  class_name: z.string(),
  config: z.record(z.string(), z.unknown()),
  /** One call of the layer: the layers whose outputs it takes. */
  inbound_nodes: z.array(z.array(z.tuple([z.string()]).rest(z.unknown()))),
})

const topologySchema = z.object({
  class_name: z.string(),
  config: z.object({
    layers: z.array(layerSchema),
    input_layers: z.array(z.tuple([z.string()]).rest(z.unknown())),
    output_layers: z.array(z.tuple([z.string()]).rest(z.unknown())),
  }),
})

export type GraphLayer = z.infer<typeof layerSchema>

/** A layers model as its model.json draws it, read without TensorFlow.js, which takes a third of a second to load. */
export interface LayersGraph {
  inputs: readonly GraphLayer[]
  output: GraphLayer
  /** The layers whose outputs a layer takes; none for one that is called more than once. */
  before: (layer: GraphLayer) => readonly GraphLayer[]
  /** A weight of a layer, a vector as a matrix of one row; undefined if there is none of that name. */
  weight: (layer: GraphLayer, name: string) => Matrix | undefined
}

/**
 * @returns undefined for a topology that is drawn in another way; TensorFlow.js then says whether it is one.
 * @throws LLimitError MODEL_BROKEN if a file is missing or weights do not add up.
 */
export function readLayersGraph(files: ModelFiles): LayersGraph | undefined {
  const { modelTopology, weightSpecs = [], weightData } = toArtifacts(files)
  const parsed = topologySchema.safeParse(modelTopology)
  if (!parsed.success || !(weightData instanceof ArrayBuffer)) return undefined
  const { layers, input_layers, output_layers } = parsed.data.config
  const byName = new Map(layers.map((layer) => [layer.name, layer]))
  const named = (calls: readonly (readonly [string, ...unknown[]])[]) =>
    calls.flatMap(([name]) => byName.get(name) ?? [])
  const [output, ...others] = named(output_layers)
  if (output === undefined || others.length > 0) return undefined
  const weights = sliceWeights(weightSpecs, new Uint8Array(weightData))
  return {
    inputs: named(input_layers),
    output,
    before: ({ inbound_nodes: [call, ...more] }) =>
      call === undefined || more.length > 0 ? [] : named(call),
    weight: (layer, name) => weights.get(`${layer.name}/${name}`),
  }
}

function sliceWeights(
  specs: readonly { name: string; shape: number[]; dtype: string; quantization?: unknown }[],
  bytes: Uint8Array,
): Map<string, Matrix> {
  const weights = new Map<string, Matrix>()
  let offset = 0
  for (const { name, shape, dtype, quantization } of specs) {
    // Nobody writes others; TensorFlow.js reads them.
    if (dtype !== 'float32' || quantization !== undefined) return new Map()
    const size = shape.reduce((product, width) => product * width, 1)
    const data = decodeFloats(bytes.subarray(offset, offset + 4 * size), 'float32')
    if (data.length !== size) throw new LLimitError('MODEL_BROKEN', `weights.bin ends within ${name}`)
    const columns = shape.at(-1) ?? 1
    weights.set(name, { rows: size / columns, columns, data })
    offset += 4 * size
  }
  return weights
}
