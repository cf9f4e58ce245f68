import { quote } from '../errors.js'
import { at } from '../numeric/at.js'
import { firstNotFinite } from '../numeric/finite.js'
import type { NamedTensors } from './checkpointContents.js'
import { formatShape, listFaults } from '../tensor/pytorch/formatting.js'
import { invalidCheckpoint } from '../tensor/pytorch/invalidCheckpoint.js'
import { elementCount } from '../tensor/pytorch/sizes.js'

/** Float32 numbers of all tensors together, 512 MiB; the networks of LLimit v1 have fewer than a million. */
const MAX_NUMBERS = 2 ** 27

/** Name and shape of every tensor that must be there. */
export type TensorTable = readonly (readonly [name: string, shape: readonly number[]])[]

/**
 * Checks that `tensors` are those of the table: none missing, none left over, each of its shape.
 * @param what of which the tensors are, for messages
 * @returns the values by name; the lookup throws for a name that the table lacks
 * @throws LLimitError INVALID_CHECKPOINT, naming every tensor that does not match.
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
    throw invalidCheckpoint(`${what}: expected at most ${MAX_NUMBERS} numbers, got ${numbers}`)
  }
  const faults = [
    ...table.flatMap(([name, shape]) => faultOf(tensors, name, shape)),
    ...[...tensors.keys()].filter((name) => !expected.has(name)).map((name) => `expected no ${quote(name)}`),
  ]
  if (faults.length > 0) throw invalidCheckpoint(`${what}: ${listFaults(faults)}`)
  return (name) => {
    const tensor = tensors.get(name)
    if (tensor === undefined) throw invalidCheckpoint(`${what}: expected ${quote(name)}, got none`)
    return tensor.read()
  }
}

function faultOf(tensors: NamedTensors, name: string, shape: readonly number[]): string[] {
  const [expected, found] = [formatShape(shape), tensors.get(name)?.shape]
  if (found === undefined) return [`expected ${quote(name)} of shape ${expected}, got none`]
  if (formatShape(found) === expected) return []
  return [`expected ${quote(name)} of shape ${expected}, got ${formatShape(found)}`]
}

/**
 * Checks that every value is a finite number.
 * @throws LLimitError INVALID_CHECKPOINT, naming the tensor and the first value that is not.
 */
export function checkFinite(values: Float32Array, name: string): Float32Array {
  const wrong = firstNotFinite(values)
  if (wrong === undefined) return values
  throw invalidCheckpoint(`${name}[${wrong}]: expected a finite number, got ${at(values, wrong)}`)
}
