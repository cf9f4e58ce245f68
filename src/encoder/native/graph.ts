import { encodeSavedModel } from './messages.js'

/** Element types, with the numbers of TensorFlow's DataType. */
const ELEMENT_TYPE = { float32: 1, int32: 3, bfloat16: 14, resource: 20 } as const
export type ElementType = keyof typeof ELEMENT_TYPE

/** The version of TensorFlow's graph format; newer libraries read all older ones. */
const PRODUCER = 1882

/** What an operation gives: its name and element type. */
export interface Value {
  name: string
  type: ElementType
}

/** An attribute of an operation: a number here is an integer. */
type Attribute = number | boolean | { type: ElementType } | { text: string } | { shape: readonly number[] }
type Attributes = Readonly<Record<string, Attribute>>

interface NodeOptions {
  name?: string
  /** What has to be computed before, in addition to the inputs. */
  after?: readonly Value[]
}

/** A value with its shape; -1 is a free dimension. */
export type Shaped = readonly [value: Value, shape: readonly number[]]

/** Puts a TensorFlow graph with its signatures together, node by node. */
export class Graph {
  readonly #nodes: object[] = []
  readonly #constants = new Map<string, Value>()
  readonly #signatures: Record<string, object> = {}

  /**
   * Any operation.
   * @param type element type of its output
   */
  node(
    op: string,
    inputs: readonly Value[],
    type: ElementType,
    attributes: Attributes = {},
    { name = `${op}_${this.#nodes.length}`, after = [] }: NodeOptions = {},
  ): Value {
    const attr = Object.fromEntries(
      Object.entries(attributes).map(([key, value]) => [key, attributeValue(value)]),
    )
    this.#add(
      name,
      op,
      [...inputs.map((input) => input.name), ...after.map((value) => `^${value.name}`)],
      attr,
    )
    return { name, type }
  }

  /** An operation whose attribute T is the element type of its first input and of its output, as most are. */
  op(
    op: string,
    inputs: readonly [Value, ...Value[]],
    attributes: Attributes = {},
    options: NodeOptions = {},
  ): Value {
    const { type } = inputs[0]
    return this.node(op, inputs, type, { T: { type }, ...attributes }, options)
  }

  cast(value: Value, type: ElementType): Value {
    if (value.type === type) return value
    return this.node('Cast', [value], type, { SrcT: { type: value.type }, DstT: { type } })
  }

  /** Rows of a table, or what stands at some places along another axis. */
  gather(table: Value, rows: Value, axis = 0): Value {
    const { type } = table
    const types = { Tparams: { type }, Tindices: { type: 'int32' }, Taxis: { type: 'int32' } } as const
    return this.node('GatherV2', [table, rows, this.integer(axis)], type, types)
  }

  placeholder(name: string, type: ElementType, shape: readonly number[]): Value {
    return this.node('Placeholder', [], type, { dtype: { type }, shape: { shape } }, { name })
  }

  float(value: number): Value {
    return this.#constant('float32', [], Float32Array.of(value))
  }

  integer(value: number): Value {
    return this.#constant('int32', [], Int32Array.of(value))
  }

  integers(...values: number[]): Value {
    return this.#constant('int32', [values.length], Int32Array.from(values))
  }

  /** Names a way to run the graph. */
  signature(
    name: string,
    inputs: Readonly<Record<string, Shaped>>,
    outputs: Readonly<Record<string, Shaped>>,
  ): void {
    const methodName = 'tensorflow/serving/predict'
    this.#signatures[name] = { inputs: tensorInfos(inputs), outputs: tensorInfos(outputs), methodName }
  }

  /** The contents of saved_model.pb. */
  toBytes(): Uint8Array {
    return encodeSavedModel({
      savedModelSchemaVersion: 1,
      metaGraphs: [
        {
          metaInfoDef: { tags: ['serve'] },
          graphDef: { node: this.#nodes, versions: { producer: PRODUCER } },
          signatureDef: this.#signatures,
        },
      ],
    })
  }

  /** The same constant is written once. */
  #constant(type: 'float32' | 'int32', shape: readonly number[], values: Float32Array | Int32Array): Value {
    const key = `${type} [${shape.join()}] ${values.join()}`
    const known = this.#constants.get(key)
    if (known !== undefined) return known
    const constant: Value = { name: `Const_${this.#nodes.length}`, type }
    const tensor = {
      dtype: ELEMENT_TYPE[type],
      tensorShape: shapeProto(shape),
      tensorContent: new Uint8Array(values.buffer),
    }
    this.#add(constant.name, 'Const', [], { dtype: attributeValue({ type }), value: { tensor } })
    this.#constants.set(key, constant)
    return constant
  }

  #add(name: string, op: string, input: readonly string[], attr: Record<string, object>): void {
    this.#nodes.push({ name, op, input, attr })
  }
}

function attributeValue(value: Attribute): object {
  if (typeof value === 'number') return { i: value }
  if (typeof value === 'boolean') return { b: value }
  if ('type' in value) return { type: ELEMENT_TYPE[value.type] }
  if ('text' in value) return { s: Buffer.from(value.text) }
  return { shape: shapeProto(value.shape) }
}

function shapeProto(shape: readonly number[]): object {
  return { dim: shape.map((size) => ({ size })) }
}

function tensorInfos(values: Readonly<Record<string, Shaped>>): Record<string, object> {
  const info = ([{ name, type }, shape]: Shaped) => ({
    name: `${name}:0`,
    dtype: ELEMENT_TYPE[type],
    tensorShape: shapeProto(shape),
  })
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, info(value)]))
}
