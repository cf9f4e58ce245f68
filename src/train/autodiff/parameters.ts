/** A trainable tensor, row by row. It lives outside TensorFlow.js, so that it can be updated, kept and written as it is. */
export interface Parameter {
  shape: readonly number[]
  data: Float32Array
}

/** By name, in the order in which they were made. */
export type Parameters = ReadonlyMap<string, Parameter>

export function parameter(shape: readonly number[], next: () => number = () => 0): Parameter {
  const data = new Float32Array(shape.reduce((product, size) => product * size, 1))
  return { shape, data: data.map(next) }
}

/** @throws RangeError for a name that is not there: a mistake of ours. */
export function valueOf<T>(map: ReadonlyMap<string, T>, name: string): T {
  const value = map.get(name)
  if (value === undefined) throw new RangeError(`there is no ${name} among ${[...map.keys()].join(', ')}`)
  return value
}

export function copyParameters(parameters: Parameters): Parameters {
  return new Map([...parameters].map(([name, { shape, data }]) => [name, { shape, data: data.slice() }]))
}
