import { expect } from 'chai'

import { toArtifacts, toFiles } from '../../src/tensor/layersModel.js'
import { thrownBy } from '../rejection.js'

describe('the files of a layers model', () => {
  const artifacts = {
    modelTopology: { class_name: 'Model' },
    weightSpecs: [{ name: 'w', shape: [2], dtype: 'float32' as const }],
    weightData: Float32Array.of(1, 2).buffer,
  }

  it('hold what is loaded from them', () => {
    expect(toArtifacts(toFiles(artifacts))).to.deep.equal(artifacts)
  })

  it('are put together from several files of weights, in their order', () => {
    const json = {
      modelTopology: {},
      weightsManifest: [
        { paths: ['b', 'a'], weights: artifacts.weightSpecs },
        { paths: ['c'], weights: [] },
      ],
    }
    const files = new Map([
      ['model.json', Buffer.from(JSON.stringify(json))],
      ['a', Buffer.from([1, 2])],
      ['b', Buffer.from([3])],
      ['c', Buffer.from([4])],
    ])
    const { weightData, weightSpecs } = toArtifacts(files)
    expect([...new Uint8Array(weightData as ArrayBuffer)]).to.deep.equal([3, 1, 2, 4])
    expect(weightSpecs).to.deep.equal(artifacts.weightSpecs)
  })

  it('are named with what is wrong', () => {
    const fault = (json: string) =>
      thrownBy(() => toArtifacts(new Map([['model.json', Buffer.from(json)]]))).message
    const manifest = { modelTopology: {}, weightsManifest: [{ paths: ['x.bin'], weights: [] }] }
    expect(thrownBy(() => toArtifacts(new Map())).message).to.equal('model.json: expected a file, found none')
    expect(fault('{')).to.match(/^model\.json: expected JSON: /)
    expect(fault('{"weightsManifest":[]}')).to.equal(
      'model.json: modelTopology: expected object, got nothing',
    )
    expect(fault('{"modelTopology":{}}')).to.equal('model.json: weightsManifest: expected array, got nothing')
    expect(fault(JSON.stringify(manifest))).to.equal('x.bin: expected a file, found none')
  })
})
