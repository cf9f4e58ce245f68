import { expect } from 'chai'

import { Graph } from '../../../src/encoder/native/graph.js'
import { decodeSavedModel } from '../../../src/encoder/native/messages.js'

describe('Graph', () => {
  it('writes nodes, attributes, constants and signatures as saved_model.proto has them', () => {
    const graph = new Graph()
    const x = graph.placeholder('x', 'float32', [-1, 2])
    const half = graph.cast(x, 'bfloat16')
    const y = graph.op(
      'Sum',
      [half, graph.integers(0)],
      { keep_dims: false, axis: 0 },
      { name: 'y', after: [x] },
    )
    graph.signature('serve', { x: [x, [-1, 2]] }, { y: [y, []] })

    expect(decodeSavedModel(graph.toBytes())).to.deep.equal({
      savedModelSchemaVersion: 1,
      metaGraphs: [
        {
          metaInfoDef: { tags: ['serve'] },
          graphDef: {
            node: [
              {
                name: 'x',
                op: 'Placeholder',
                attr: { dtype: { type: 1 }, shape: { shape: { dim: [{ size: -1 }, { size: 2 }] } } },
              },
              { name: 'Cast_1', op: 'Cast', input: ['x'], attr: { SrcT: { type: 1 }, DstT: { type: 14 } } },
              {
                name: 'Const_2',
                op: 'Const',
                attr: {
                  dtype: { type: 3 },
                  value: {
                    tensor: {
                      dtype: 3,
                      tensorShape: { dim: [{ size: 1 }] },
                      tensorContent: Buffer.from([0, 0, 0, 0]),
                    },
                  },
                },
              },
              {
                name: 'y',
                op: 'Sum',
                input: ['Cast_1', 'Const_2', '^x'],
                attr: { T: { type: 14 }, keep_dims: { b: false }, axis: { i: 0 } },
              },
            ],
            versions: { producer: 1882 },
          },
          signatureDef: {
            serve: {
              inputs: { x: { name: 'x:0', dtype: 1, tensorShape: { dim: [{ size: -1 }, { size: 2 }] } } },
              outputs: { y: { name: 'y:0', dtype: 14, tensorShape: {} } },
              methodName: 'tensorflow/serving/predict',
            },
          },
        },
      ],
    })
  })

  it('writes the same constant once', () => {
    const graph = new Graph()
    expect(graph.float(1)).to.equal(graph.float(1))
    expect(graph.integer(1).name).not.to.equal(graph.integers(1).name)
  })
})
