import { z } from 'zod'

import { LLimitError, quote } from '../errors.js'
import { checkJson } from '../jsonFile.js'
import { at, valueAt } from '../numeric/at.js'
import { toArtifacts } from '../tensor/layersModel.js'
import type { ModelFiles } from '../tensor/layersModel.js'
import { fault, ruleOf } from './layerRules.js'
import type { CheckedLayer, Shape } from './layerRules.js'
import { INPUTS } from './networkShape.js'
import type { NetworkShape } from './networkShape.js'

/** A network of LLimit v1 has 14 layers, one that is trained here a few for each component. */
const MAX_LAYERS = 1024

/** Numbers that a pair has in all layers together: with blocks of 512 pairs, a quarter of a gigabyte. */
const MAX_TOTAL_WIDTH = 2 ** 17

/** `[name of a layer, which of its calls, which of its outputs]`, and what the call is given besides. */
const place = z
  .tuple([z.string(), z.literal(0), z.literal(0)])
  .rest(z.unknown())
  .transform(([name]) => name)

const layerSchema = z.object({
  name: z.string().min(1),
  class_name: z.string(),
  config: z.looseObject({ name: z.string() }),
  inbound_nodes: z.array(z.array(place).min(1)).max(1),
})

const topologySchema = z.object({
  class_name: z.literal(['Model', 'Functional']),
  config: z.object({
    layers: z.array(layerSchema).max(MAX_LAYERS),
    input_layers: z.array(place),
    output_layers: z.array(place),
  }),
})

type Layer = z.infer<typeof layerSchema>

const specSchema = z.array(
  z.object({
    name: z.string(),
    shape: z.array(z.int().positive()),
    dtype: z.literal('float32'),
    quantization: z.undefined().optional(),
  }),
)

/** What a network takes, in words. */
function inWords({ embedding, features, llms }: NetworkShape): string {
  return `${embedding} embedding dimensions, ${features} features and ${llms} LLMs`
}

/**
 * Checks a layers model before TensorFlow.js builds it, which trusts what it reads: a layer that is not there is waited for
 * without end, and every size is allocated. Every weight must be in the file with the shape that its layer has, so what is built
 * is no larger than what was read.
 * @param described what the card says: the checksums guard the files, but nothing guards the card.
 * @throws LLimitError MODEL_BROKEN, naming what is wrong.
 */
export function checkNetwork(files: ModelFiles, described?: NetworkShape): NetworkShape {
  const { modelTopology = {}, weightSpecs = [], weightData } = toArtifacts(files)
  const topology = 'model_config' in modelTopology ? modelTopology.model_config : modelTopology
  const origin = { name: 'model.json', code: 'MODEL_BROKEN' } as const
  const { config } = checkJson(topology, topologySchema, origin)
  const specs = checkJson(weightSpecs, specSchema, { ...origin, name: 'model.json: weightsManifest' })
  const { shapes, weights } = checkLayers(config.layers)
  checkWeights(specs, weights)
  checkNumbers(specs, new Uint8Array(weightData as ArrayBuffer))
  const shape = checkEnds(config, shapes)
  if (described === undefined || inWords(shape) === inWords(described)) return shape
  const message = `Expected a network for ${inWords(described)}, as card.json says, got ${inWords(shape)}`
  throw new LLimitError('MODEL_BROKEN', message)
}

/** Walks the layers in the order in which they can be computed. */
function checkLayers(layers: readonly Layer[]) {
  const byName = new Map(layers.map((layer) => [layer.name, layer]))
  for (const layer of layers) {
    if (byName.get(layer.name) !== layer) throw fault(layer, 'expected one layer of this name, got two')
    if (layer.config.name !== layer.name)
      throw fault(layer, `expected config.name to be the same, got ${quote(layer.config.name)}`)
    const missing = sourcesOf(layer).find((name) => !byName.has(name))
    if (missing !== undefined)
      throw fault(layer, `expected to follow a layer of model.json, got ${quote(missing)}`)
  }
  const shapes = new Map<string, Shape>()
  const weights = new Map<string, Shape>()
  let total = 0
  let left = [...layers]
  while (left.length > 0) {
    const ready = left.filter((layer) => sourcesOf(layer).every((name) => shapes.has(name)))
    if (ready.length === 0) throw fault(at(left, 0), 'expected layers in an order, got a circle')
    for (const layer of ready) {
      const { output, weights: own = {} } = shapeOf(layer, shapes)
      shapes.set(layer.name, output)
      for (const [name, shape] of Object.entries(own)) weights.set(`${layer.name}/${name}`, shape)
      total += sizeOf(output)
    }
    if (total > MAX_TOTAL_WIDTH)
      throw fault(at(ready, 0), `expected at most ${MAX_TOTAL_WIDTH} numbers for a pair, got more`)
    left = left.filter((layer) => !shapes.has(layer.name))
  }
  return { shapes, weights }
}

function shapeOf(layer: Layer, shapes: ReadonlyMap<string, Shape>) {
  const sources = sourcesOf(layer)
  if (layer.class_name !== 'InputLayer')
    return ruleOf(
      layer,
      sources.map((name) => valueAt(shapes, name)),
    )
  if (sources.length > 0)
    throw fault(layer, `expected an input to follow nothing, got ${quote(at(sources, 0))}`)
  const schema = z.tuple([z.null(), z.int().positive()])
  const origin = {
    name: `model.json: layer ${quote(layer.name)}: batch_input_shape`,
    code: 'MODEL_BROKEN',
  } as const
  const [, width] = checkJson(layer.config['batch_input_shape'], schema, origin)
  return { output: [width] }
}

function sourcesOf({ inbound_nodes: [call = []] }: Layer): readonly string[] {
  return call
}

function checkWeights(specs: z.infer<typeof specSchema>, expected: ReadonlyMap<string, Shape>): void {
  const found = new Map(specs.map(({ name, shape }) => [name, shape]))
  if (found.size < specs.length) throw broken('weightsManifest: expected each weight once, got one twice')
  for (const [name, shape] of expected) {
    const [wanted, got] = [shape.join(', '), found.get(name)?.join(', ')]
    if (got !== wanted)
      throw broken(
        `weight ${quote(name)}: expected the shape [${wanted}], got ${got === undefined ? 'none' : `[${got}]`}`,
      )
  }
  const unknown = specs.find(({ name }) => !expected.has(name))
  if (unknown !== undefined)
    throw broken(`weight ${quote(unknown.name)}: expected a layer that has it, got none`)
}

/** One number that is none would be the score of every pair. */
function checkNumbers(specs: z.infer<typeof specSchema>, bytes: Uint8Array): void {
  const expected = 4 * specs.reduce((sum, { shape }) => sum + sizeOf(shape), 0)
  if (bytes.length !== expected) {
    throw new LLimitError('MODEL_BROKEN', `weights.bin: expected ${expected} bytes, got ${bytes.length}`)
  }
  const view = new DataView(bytes.buffer)
  for (let offset = 0; offset < bytes.length; offset += 4) {
    const value = view.getFloat32(offset, true)
    if (Number.isFinite(value)) continue
    throw new LLimitError(
      'MODEL_BROKEN',
      `weights.bin: expected finite numbers, got ${value} at byte ${offset}`,
    )
  }
}

/** The inputs and the output, and the widths that a request must have. */
function checkEnds(
  { layers, input_layers: inputs, output_layers: outputs }: z.infer<typeof topologySchema>['config'],
  shapes: ReadonlyMap<string, Shape>,
): NetworkShape {
  const names = inputs.join()
  const last = outputs[0] === undefined ? undefined : shapes.get(outputs[0])
  if (names !== INPUTS.join() || outputs.length !== 1 || last === undefined) {
    throw new LLimitError(
      'MODEL_BROKEN',
      `Expected the inputs [${INPUTS.join()}] in model.json, got [${names}]`,
    )
  }
  if (last.join() !== '1') {
    const got = sizeOf(last)
    throw new LLimitError('MODEL_BROKEN', `Expected model.json to give 1 value for a pair, got ${got} values`)
  }
  const isInput = ({ name, class_name }: CheckedLayer) => class_name !== 'InputLayer' || inputs.includes(name)
  const stray = layers.find((layer) => !isInput(layer))
  if (stray !== undefined) throw fault(stray, `expected an input of [${INPUTS.join()}], got another`)
  const tables = layers.filter((layer) => layer.class_name === 'Embedding')
  const rows = new Set(tables.map(({ config }) => Number(config['input_dim'])))
  const stranger = tables.find((layer) => sourcesOf(layer).join() !== INPUTS[2])
  if (stranger !== undefined)
    throw fault(stranger, `expected rows of ${INPUTS[2]}, got ${sourcesOf(stranger).join()}`)
  if (rows.size > 1) throw broken(`expected tables of one number of rows, got ${[...rows].join(' and ')}`)
  const [embedding, features, llm] = INPUTS.map((name) => at(valueAt(shapes, name), 0))
  if (embedding === undefined || features === undefined || llm !== 1) {
    throw broken(`layer "${INPUTS[2]}": expected an input of width 1, got ${llm}`)
  }
  return { embedding, features, llms: tables.length === 0 ? 0 : at([...rows], 0) }
}

function sizeOf(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1)
}

function broken(what: string): LLimitError {
  return new LLimitError('MODEL_BROKEN', `model.json: ${what}`)
}
