import { quote } from '../errors.js'
import type { NamedTensors } from './checkpointContents.js'
import { invalidCheckpoint } from './invalidCheckpoint.js'
import { elementCount } from './sizes.js'
import { formatShape, listFaults } from './wording.js'

/** Float32 numbers of all tensors together, 512 MiB; the original's networks have fewer than a million. */
const MAX_NUMBERS = 2 ** 27

/** Name and shape of every tensor that must be there. */
export type TensorTable = readonly (readonly [name: string, shape: readonly number[]])[]

/**
 * Checks that `tensors` are those of the table: none missing, none left over, each of its shape.
 * @param what of which the tensors are, for messages
 * @returns the values by name; the lookup throws for a name that the table lacks
 * @throws LLimitError INVALID_CHECKPOINT, naming every tensor that does not fit
 */
export function checkTensors(
  tensors: NamedTensors,
  table: TensorTable,
  what: string,
): (name: string) => Float32Array {
  const expected = new Map(table)
  // Tensors may share memory, so a small file can hold tensors that are large when each is decoded.
  const numbers = table.reduce((sum, [, shape]) => sum + elementCount(shape), 0)
  if (numbers > MAX_NUMBERS) {
    throw invalidCheckpoint(`the ${what} has ${numbers} numbers, more than ${MAX_NUMBERS}`)
  }
  const faults = [
    ...table.flatMap(([name, shape]) => faultOf(tensors, name, shape)),
    ...[...tensors.keys()].filter((name) => !expected.has(name)).map((name) => `unexpected ${quote(name)}`),
  ]
  if (faults.length > 0) throw invalidCheckpoint(`the ${what} does not fit: ${listFaults(faults)}`)
  return (name) => {
    const tensor = tensors.get(name)
    if (!tensor) throw invalidCheckpoint(`the ${what} has no ${quote(name)}`)
    return tensor.read()
  }
}

function faultOf(tensors: NamedTensors, name: string, shape: readonly number[]): string[] {
  const found = tensors.get(name)?.shape
  if (!found) return [`missing ${quote(name)} of shape ${formatShape(shape)}`]
  if (formatShape(found) === formatShape(shape)) return []
  return [`${quote(name)} has shape ${formatShape(found)} instead of ${formatShape(shape)}`]
}

/**
 * Checks that every value is a finite number.
 * @throws LLimitError INVALID_CHECKPOINT, naming the tensor and the first value that is not
 */
export function checkFinite(values: Float32Array, name: string): Float32Array {
  const at = values.findIndex((value) => !Number.isFinite(value))
  if (at >= 0) throw invalidCheckpoint(`${name} is ${values[at] ?? NaN} at index ${at}`)
  return values
}
