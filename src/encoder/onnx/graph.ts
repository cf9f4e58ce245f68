import { encodeModel } from './messages.js'

/** Element types, with the numbers of TensorProto.DataType. */
const ELEMENT_TYPE = {
  float32: 1,
  uint8: 2,
  int32: 6,
  int64: 7,
  float16: 10,
  float64: 11,
  bfloat16: 16,
} as const
export type ElementType = keyof typeof ELEMENT_TYPE

/** AttributeProto.AttributeType */
const FLOAT = 1
const INT = 2
const INTS = 7

/** TensorProto.DataLocation.EXTERNAL */
const EXTERNAL = 1

/** An attribute is an integer, several, or a float, which JavaScript cannot tell from an integer. */
type Attribute = number | readonly number[] | { float: number }

/** Name of a value: an input, an initializer or what a node gives. Empty: an optional input that is left out. */
export type Value = string

interface NodeOptions {
  /** Empty for standard ONNX, `com.microsoft` for the fused operators of ONNX Runtime. */
  domain?: string
  /** Name of the output, if it matters. */
  name?: string
}

/** Where the bytes of a weight lie. */
export interface ExternalTensor {
  file: string
  offset: number
  length: number
}

/** Puts an ONNX graph together, node by node. */
export class OnnxGraph {
  readonly #nodes: object[] = []
  readonly #initializers: object[] = []
  readonly #inputs: object[] = []
  readonly #outputs: object[] = []

  /** A dimension that is a string is free; the same string means the same size. */
  input(name: string, type: ElementType, shape: readonly (number | string)[]): Value {
    this.#inputs.push(valueInfo(name, type, shape))
    return name
  }

  output(name: Value, type: ElementType, shape: readonly (number | string)[]): void {
    this.#outputs.push(valueInfo(name, type, shape))
  }

  /** A weight that stays in its file. */
  external(
    name: string,
    type: ElementType,
    shape: readonly number[],
    { file, offset, length }: ExternalTensor,
  ): Value {
    const externalData = Object.entries({ location: file, offset, length }).map(([key, value]) => ({
      key,
      value: String(value),
    }))
    this.#initializers.push({
      name,
      dataType: ELEMENT_TYPE[type],
      dims: shape,
      dataLocation: EXTERNAL,
      externalData,
    })
    return name
  }

  /** A constant whose bytes stand in the graph. */
  constant(
    type: ElementType,
    shape: readonly number[],
    values: Float32Array | BigInt64Array | Uint8Array,
  ): Value {
    const name = `constant_${this.#initializers.length}`
    const rawData = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
    this.#initializers.push({ name, dataType: ELEMENT_TYPE[type], dims: shape, rawData })
    return name
  }

  integers(...values: number[]): Value {
    return this.constant('int64', [values.length], BigInt64Array.from(values, BigInt))
  }

  node(
    opType: string,
    input: readonly Value[],
    attributes: Readonly<Record<string, Attribute>> = {},
    { domain = '', name }: NodeOptions = {},
  ): Value {
    const output = name ?? `value_${this.#nodes.length}`
    const attribute = Object.entries(attributes).map(([key, value]) => ({
      name: key,
      ...attributeValue(value),
    }))
    this.#nodes.push({
      input,
      output: [output],
      name: `node_${this.#nodes.length}`,
      opType,
      attribute,
      domain,
    })
    return output
  }

  /** The same values as float32. */
  toFloat32(value: Value): Value {
    return this.node('Cast', [value], { to: ELEMENT_TYPE.float32 })
  }

  /** A fused operator of ONNX Runtime. */
  fused(
    opType: string,
    input: readonly Value[],
    attributes: Readonly<Record<string, Attribute>> = {},
  ): Value {
    return this.node(opType, input, attributes, { domain: 'com.microsoft' })
  }

  toBytes(): Uint8Array {
    return encodeModel({
      irVersion: 8,
      producerName: 'llimit',
      opsetImport: [
        { domain: '', version: 17 },
        { domain: 'com.microsoft', version: 1 },
      ],
      graph: {
        name: 'encoder',
        node: this.#nodes,
        initializer: this.#initializers,
        input: this.#inputs,
        output: this.#outputs,
      },
    })
  }
}

function valueInfo(name: string, type: ElementType, shape: readonly (number | string)[]): object {
  const dim = shape.map((size) => (typeof size === 'number' ? { dimValue: size } : { dimParam: size }))
  return { name, type: { tensorType: { elemType: ELEMENT_TYPE[type], shape: { dim } } } }
}

function attributeValue(value: Attribute): object {
  if (typeof value === 'number') return { i: value, type: INT }
  return 'float' in value ? { f: value.float, type: FLOAT } : { ints: value, type: INTS }
}
