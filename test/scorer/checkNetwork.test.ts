import * as tf from '@tensorflow/tfjs-core'
import { expect } from 'chai'

import { toLayersModel } from '../../src/convert/layersModel.js'
import { checkNetwork } from '../../src/scorer/checkNetwork.js'
import { DenseNetwork } from '../../src/scorer/denseNetwork.js'
import { startBackend } from '../../src/tensor/backend.js'
import type { ModelFiles } from '../../src/tensor/layersModel.js'
import { rejection } from '../rejection.js'
import { tinyWeights } from '../savedModels.js'
import { staticWeights } from '../staticModel.js'
import { writeNetwork } from '../../src/scorer/writeNetwork.js'

interface LayerJson {
  name: string
  class_name: string
  config: Record<string, unknown>
  inbound_nodes: unknown[][][]
}

/** model.json as far as the tests change it. */
interface ModelJson {
  modelTopology: {
    config: { layers: LayerJson[]; input_layers: unknown[][]; output_layers: unknown[][] }
  }
  weightsManifest: { paths: string[]; weights: { name: string; shape: number[]; dtype: string }[] }[]
}

describe('checkNetwork', () => {
  let files: ModelFiles
  before(async () => {
    await startBackend(['wasm'])
    files = await toLayersModel(tinyWeights(5, 6), { type: 'leaky_relu', slope: 0.1 })
  })

  const changed = (change: (json: ModelJson) => unknown): ModelFiles => {
    const json = JSON.parse(Buffer.from(files.get('model.json') ?? []).toString()) as ModelJson
    change(json)
    return new Map(files).set('model.json', Buffer.from(JSON.stringify(json)))
  }
  const layer = ({ modelTopology }: ModelJson, name: string): LayerJson => {
    const found = modelTopology.config.layers.find((one) => one.name === name)
    if (found === undefined) throw new Error(`no layer ${name}`)
    return found
  }
  const weight = ({ weightsManifest }: ModelJson, n: number) => {
    const found = weightsManifest[0]?.weights[n]
    if (found === undefined) throw new Error(`no weight ${n}`)
    return found
  }

  it('finds what a network takes', async () => {
    expect(checkNetwork(files)).to.deep.equal({ embedding: 384, features: 45, llms: 6 })
    const gated = await writeNetwork(staticWeights())
    expect(checkNetwork(gated)).to.deep.equal({ embedding: 8, features: 45, llms: 3 })
  })

  const faults: [string, (json: ModelJson) => unknown, RegExp][] = [
    [
      'fault 2: a layer that follows one that is not there',
      (json) => (layer(json, 'score').inbound_nodes = [[['none', 0, 0, {}]]]),
      /layer "score": expected to follow a layer of model\.json, got "none"/,
    ],
    [
      'fault 2: a layer that follows a number',
      (json) => (layer(json, 'score').inbound_nodes = [[[1000000000, 0, 0, {}]]]),
      /layers\[\d+\]\.inbound_nodes\[0\]\[0\]\[0\]: expected string, got 1000000000/,
    ],
    [
      'fault 2: a call that is not there',
      (json) => (layer(json, 'score').inbound_nodes = [[['dense_2', 7, 0, {}]]]),
      /expected 0, got 7/,
    ],
    [
      'a constraint, which may be anything that has a name',
      (json) => (layer(json, 'llm_embedding').config['embeddings_constraint'] = layer(json, 'dense_0')),
      /layer "llm_embedding": embeddings_constraint: expected null/,
    ],
    [
      'an initializer that is a layer',
      (json) => (layer(json, 'dense_0').config['kernel_initializer'] = { ...layer(json, 'dense_1') }),
      /layer "dense_0": kernel_initializer\.class_name: expected one of /,
    ],
    [
      'a setting of an activation that is no number',
      (json) =>
        Object.assign(layer(json, 'score'), { class_name: 'ReLU', config: { name: 'score', max_value: {} } }),
      /layer "score": max_value: expected number/,
    ],
    [
      'fault 2: a circle',
      (json) => (layer(json, 'dense_0').inbound_nodes = [[['activation_0', 0, 0, {}]]]),
      /expected layers in an order, got a circle/,
    ],
    [
      'fault 2: a layer that follows itself',
      (json) => (layer(json, 'dense_0').inbound_nodes = [[['dense_0', 0, 0, {}]]]),
      /got a circle/,
    ],
    [
      'fault 2: a layer that calls itself by another name',
      (json) => (layer(json, 'dense_0').config['name'] = 'dense_9'),
      /layer "dense_0": expected config\.name to be the same, got "dense_9"/,
    ],
    [
      'fault 2: two layers of one name',
      (json) => json.modelTopology.config.layers.push(layer(json, 'dense_0')),
      /expected one layer of this name, got two/,
    ],
    [
      'fault 2: a layer that is called twice',
      (json) => layer(json, 'dense_0').inbound_nodes.push([['pair', 0, 0, {}]]),
      /inbound_nodes: expected array to have <=1 items/,
    ],
    [
      'fault 2: an input that nobody gives',
      (json) => (layer(json, 'dense_0').inbound_nodes = []),
      /layer "dense_0": expected one input, got 0/,
    ],
    [
      'fault 2: an output that is not there',
      (json) => (json.modelTopology.config.output_layers = [['none', 0, 0]]),
      /Expected the inputs/,
    ],
    [
      'fault 1: absurd units',
      (json) => (layer(json, 'dense_0').config['units'] = 10_000),
      /weight "dense_0\/kernel": expected the shape \[433, 10000\], got \[433, 8\]/,
    ],
    [
      'fault 1: units and weights that are absurd alike',
      (json) => {
        layer(json, 'dense_2').config['units'] = 1e9
        weight(json, 5).shape = [6, 1e9]
      },
      /expected at most 131072 numbers for a pair, got more/,
    ],
    [
      'fault 1: a negative width',
      (json) => (layer(json, 'prompt_embedding').config['batch_input_shape'] = [null, -384]),
      /batch_input_shape: \[1\]: expected number to be >0, got -384/,
    ],
    [
      'fault 1: a table of more rows than weights',
      (json) => (layer(json, 'llm_embedding').config['input_dim'] = 7),
      /weight "llm_embedding\/embeddings": expected the shape \[7, 4\], got \[6, 4\]/,
    ],
    [
      'fault 1: one wrong shape',
      (json) => (weight(json, 1).shape = [8, 433]),
      /expected the shape \[433, 8\], got \[8, 433\]/,
    ],
    [
      'fault 1: a weight twice',
      (json) => json.weightsManifest[0]?.weights.push(weight(json, 0)),
      /expected each weight once, got one twice/,
    ],
    [
      'fault 1: a weight too many',
      (json) => json.weightsManifest[0]?.weights.push({ name: 'x', shape: [1], dtype: 'float32' }),
      /weight "x": expected a layer that has it, got none/,
    ],
    [
      'fault 1: a weight too few',
      (json) => json.weightsManifest[0]?.weights.pop(),
      /weight "dense_2\/bias": expected the shape \[1\], got none/,
    ],
    [
      'fault 12: a manifest of null',
      (json) => ((json as { weightsManifest: unknown }).weightsManifest = [null]),
      /model\.json: weightsManifest\[0\]: expected object, got null/,
    ],
    [
      'fault 12: weights of null',
      (json) =>
        ((json as { weightsManifest: unknown }).weightsManifest = [
          { paths: ['weights.bin'], weights: [null] },
        ]),
      /weights\[0\]: expected object, got null/,
    ],
    [
      'a layer that runs what is in the file',
      (json) => (layer(json, 'activation_0').class_name = 'Lambda'),
      /layer "activation_0": expected a layer of .*, got "Lambda"/,
    ],
    [
      'a layer whose class is a property of every object',
      (json) => (layer(json, 'activation_0').class_name = 'constructor'),
      /got "constructor"/,
    ],
  ]
  for (const [title, change, message] of faults) {
    it(`${title}: rejected, and no tensor left behind`, async () => {
      const broken = changed(change)
      const before = tf.memory().numTensors
      for (let round = 0; round < 3; round++) {
        const error = await rejection(DenseNetwork.load(broken))
        expect(error).to.include({ code: 'MODEL_BROKEN' })
        expect(String(error)).to.match(message)
      }
      expect(tf.memory().numTensors).to.equal(before)
    })
  }

  it('fault 1: gives back what TensorFlow.js had built when it found something itself', async () => {
    const broken = changed((json) => (layer(json, 'activation_1').config['activation'] = 'none_of_these'))
    const unknown = changed((json) => {
      layer(json, 'dense_2').config['kernel_initializer'] = {
        class_name: 'VarianceScaling',
        config: { scale: -1 },
      }
    })
    const before = tf.memory().numTensors
    for (const one of [unknown, broken, unknown]) {
      await DenseNetwork.load(one).then(
        (network) => network.dispose(),
        (error: unknown) => expect(error).to.include({ code: 'MODEL_BROKEN' }),
      )
    }
    expect(String(await rejection(DenseNetwork.load(unknown)))).to.match(/model\.json cannot be loaded/)
    expect(tf.memory().numTensors).to.equal(before)
  })

  it('rejects weights that are not numbers, and a file of another length', async () => {
    const bytes = Buffer.from(files.get('weights.bin') ?? [])
    bytes.writeFloatLE(NaN, 40)
    const notNumbers = new Map(files).set('weights.bin', bytes)
    expect(String(await rejection(DenseNetwork.load(notNumbers)))).to.match(
      /expected finite numbers, got NaN at byte 40/,
    )
    const longer = new Map(files).set(
      'weights.bin',
      Buffer.concat([Buffer.from(files.get('weights.bin') ?? []), Buffer.alloc(4)]),
    )
    expect(String(await rejection(DenseNetwork.load(longer)))).to.match(
      /weights\.bin: expected \d+ bytes, got \d+/,
    )
  })

  it('holds the network to the card', () => {
    expect(() => checkNetwork(files, { embedding: 384, features: 44, llms: 6 })).to.throw(
      /Expected a network for 384 embedding dimensions, 44 features and 6 LLMs, as card\.json says, got .* 45 features/,
    )
  })
})
