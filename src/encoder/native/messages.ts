import protobuf from 'protobufjs'

/**
 * The few messages of TensorFlow's saved_model.proto, and of the files it imports, that a graph without functions needs, with
 * their field numbers.
 */
const field = (type: string, id: number) => ({ type, id })
const repeated = (type: string, id: number) => ({ type, id, rule: 'repeated' })
const map = (type: string, id: number) => ({ keyType: 'string', type, id })

const root = protobuf.Root.fromJSON({
  nested: {
    SavedModel: {
      fields: { savedModelSchemaVersion: field('int64', 1), metaGraphs: repeated('MetaGraphDef', 2) },
    },
    MetaGraphDef: {
      fields: {
        metaInfoDef: field('MetaInfoDef', 1),
        graphDef: field('GraphDef', 2),
        signatureDef: map('SignatureDef', 5),
      },
    },
    MetaInfoDef: { fields: { tags: repeated('string', 4) } },
    GraphDef: { fields: { node: repeated('NodeDef', 1), versions: field('VersionDef', 4) } },
    VersionDef: { fields: { producer: field('int32', 1) } },
    NodeDef: {
      fields: {
        name: field('string', 1),
        op: field('string', 2),
        input: repeated('string', 3),
        attr: map('AttrValue', 5),
      },
    },
    AttrValue: {
      // Without it a zero or a false would not be written, and TensorFlow misses the attribute.
      oneofs: { value: { oneof: ['s', 'i', 'f', 'b', 'type', 'shape', 'tensor'] } },
      fields: {
        s: field('bytes', 2),
        i: field('int64', 3),
        f: field('float', 4),
        b: field('bool', 5),
        type: field('int32', 6),
        shape: field('TensorShapeProto', 7),
        tensor: field('TensorProto', 8),
      },
    },
    TensorProto: {
      fields: {
        dtype: field('int32', 1),
        tensorShape: field('TensorShapeProto', 2),
        tensorContent: field('bytes', 4),
      },
    },
    TensorShapeProto: { fields: { dim: repeated('Dim', 2) } },
    Dim: { fields: { size: field('int64', 1) } },
    SignatureDef: {
      fields: { inputs: map('TensorInfo', 1), outputs: map('TensorInfo', 2), methodName: field('string', 3) },
    },
    TensorInfo: {
      fields: {
        name: field('string', 1),
        dtype: field('int32', 2),
        tensorShape: field('TensorShapeProto', 3),
      },
    },
  },
})

const SavedModel = root.lookupType('SavedModel')

/** Bytes of a saved_model.pb, from the fields above. */
export function encodeSavedModel(model: Record<string, unknown>): Uint8Array {
  return SavedModel.encode(SavedModel.fromObject(model)).finish()
}

/** What the bytes of a saved_model.pb say, as far as the fields above go; integers as numbers. */
export function decodeSavedModel(bytes: Uint8Array): Record<string, unknown> {
  return SavedModel.toObject(SavedModel.decode(bytes), { longs: Number })
}
