import { expect } from 'chai'

import type { CheckpointContents, LazyTensor } from '../../src/convert/checkpointContents.js'
import { readCheckpointNetwork } from '../../src/convert/checkpointNetwork.js'
import type { Dict, PyValue } from '../../src/tensor/pytorch/pickle/values.js'
import { faultOf } from './fault.js'

const list = (...items: PyValue[]): PyValue => ({ kind: 'list', items })

interface TestTensor extends LazyTensor {
  data: Float32Array
}

function tensor(...shape: number[]): TestTensor {
  const data = new Float32Array(shape.reduce((product, size) => product * size, 1)).fill(0.5)
  return { shape, data, read: () => data }
}

interface TestContents extends CheckpointContents {
  settings: Dict
  network: Map<string, TestTensor>
  scaler: Map<string, TestTensor> | undefined
}

/** An encoder of dimension 3, two LLMs of width 2, one hidden layer of width 4. */
function contents(features: 44 | 45): TestContents {
  const names = new Map<string, PyValue>([['names', list('a', '__proto__')]])
  return {
    settings: new Map<string, PyValue>([
      ['embedding_model_name', 'encoder'],
      ['embedding_dim', 3],
      ['prompt_features_dim', features],
      ['preprocessor_version', 'v4'],
      ['model_id_embedding_dim', 2],
      ['hidden_dims', list(4)],
      ['model_encoder', names],
    ]),
    network: new Map([
      ['model_embedding.weight', tensor(2, 2)],
      ['dense_network.0.weight', tensor(4, 5 + features)],
      ['dense_network.0.bias', tensor(4)],
      ['dense_network.3.weight', tensor(1, 4)],
      ['dense_network.3.bias', tensor(1)],
    ]),
    scaler:
      features === 45
        ? undefined
        : new Map([
            ['mean', tensor(26)],
            ['scale', tensor(26)],
          ]),
  }
}

describe('readCheckpointNetwork', () => {
  it('puts the parts of a network on features v1 together', () => {
    const network = readCheckpointNetwork(contents(45))
    expect(network).to.include({
      featureCount: 45,
      embeddingDimension: 3,
      llmEmbeddingDimension: 2,
    })
    expect(network.llms).to.deep.equal(['a', '__proto__'])
    expect(network.layers.map(({ inputs, outputs }) => [inputs, outputs])).to.deep.equal([
      [50, 4],
      [4, 1],
    ])
    expect(network.features).to.deep.equal({ version: 'v1' })
  })

  it('reads the scaler of features v2, with null for the features that training never saw', () => {
    const v2 = contents(44)
    v2.scaler?.get('mean')?.data.fill(NaN, 25)
    expect(readCheckpointNetwork(v2).features).to.deep.equal({
      version: 'v2',
      scaler: { mean: [...Array<number>(25).fill(0.5), null], scale: Array<number>(26).fill(0.5) },
    })
  })

  it('names every tensor that is missing, left over or of another shape', () => {
    const faulty = contents(45)
    faulty.network.delete('dense_network.3.bias')
    faulty.network.set('dense_network.0.weight', tensor(50, 4))
    faulty.network.set('skip.weight', tensor(1))
    expect(faultOf(() => readCheckpointNetwork(faulty))).to.equal(
      'network: expected "dense_network.0.weight" of shape [4, 50], got [50, 4]; ' +
        'expected "dense_network.3.bias" of shape [1], got none; expected no "skip.weight"',
    )
  })

  it('rejects a network that is too large before it decodes anything', () => {
    const faulty = contents(45)
    faulty.settings.set('hidden_dims', list(2 ** 20, 2 ** 20))
    expect(faultOf(() => readCheckpointNetwork(faulty))).to.match(
      /network: expected at most 134217728 numbers, got \d+/,
    )
  })

  it('names the first weight that is not finite', () => {
    for (const value of [NaN, Infinity, -Infinity]) {
      const faulty = contents(45)
      faulty.network.get('dense_network.0.weight')?.data.fill(value, 7)
      expect(faultOf(() => readCheckpointNetwork(faulty))).to.equal(
        `dense_network.0.weight[7]: expected a finite number, got ${value}`,
      )
    }
  })

  it('rejects a scaler that does not match the version', () => {
    const { mean, scale } = { mean: tensor(26), scale: tensor(26) }
    const fault = (features: 44 | 45, scaler?: Record<string, TestTensor>) =>
      faultOf(() =>
        readCheckpointNetwork({ ...contents(features), scaler: scaler && new Map(Object.entries(scaler)) }),
      )
    expect(fault(44)).to.include('prompt_features_scaler_state: expected the scaler of features v2, got none')
    expect(fault(45, { mean, scale })).to.include(
      'prompt_features_scaler_state: expected no scaler for features v1, got one',
    )
    expect(fault(44, { mean })).to.include('scaler: expected "scale" of shape [26], got none')
    expect(fault(44, { mean, scale: tensor(44) })).to.include('"scale" of shape [26], got [44]')
    scale.data.fill(Infinity)
    expect(fault(44, { mean, scale })).to.include(
      'scaler: scale[0]: expected a finite number or NaN, got Infinity',
    )
  })

  it('names each setting that is missing or invalid', () => {
    const fault = (key: string, value?: PyValue) => {
      const faulty = contents(45)
      if (value === undefined) faulty.settings.delete(key)
      else faulty.settings.set(key, value)
      return faultOf(() => readCheckpointNetwork(faulty))
    }
    expect(fault('embedding_model_name')).to.include('embedding_model_name: expected string, got nothing')
    expect(fault('prompt_features_dim', 40)).to.include('prompt_features_dim: expected one of 45|44, got 40')
    expect(fault('preprocessor_version', 'v5')).to.include('preprocessor_version: expected "v4", got "v5"')
    expect(fault('hidden_dims', list(4, -1))).to.include('hidden_dims[1]: ')
    expect(fault('hidden_dims', list(4.5))).to.include('hidden_dims[0]: ')
    expect(fault('embedding_dim', '3')).to.include('embedding_dim: expected number, got "3"')
    expect(fault('model_encoder')).to.include('model_encoder: expected a dict, got nothing')
  })
})
