import { LLimitError } from '../errors.js'
import { at } from '../numeric/at.js'
import { firstNotFinite } from '../numeric/finite.js'
import { matrixOf } from '../numeric/matrix.js'
import type { Matrix } from '../numeric/matrix.js'
import { readSafetensors } from './readSafetensors.js'

/**
 * Readers of tensors that hold each to a shape and to finite numbers, none of them below `least`.
 * @param file as messages call it
 * @throws LLimitError MODEL_BROKEN as `readSafetensors` does; the readers throw it too, naming the tensor.
 */
export function checkedTensors(bytes: Uint8Array, file: string) {
  const tensors = readSafetensors(bytes, file)
  const mismatch = (what: string) => new LLimitError('MODEL_BROKEN', `${file} does not match: ${what}`)
  const floats = (name: string, shape: readonly number[], least = -Infinity): Float32Array => {
    const tensor = tensors.get(name)
    const [expected, got] = [inWords(shape), tensor === undefined ? 'none' : inWords(tensor.shape)]
    if (tensor === undefined || got !== expected)
      throw mismatch(`expected the tensor "${name}" of shape ${expected}, got ${got}`)
    const wrong = firstNotFinite(tensor.data, least)
    if (wrong === undefined) return tensor.data
    const range = least === -Infinity ? 'finite numbers' : `finite numbers of at least ${least}`
    throw mismatch(`expected ${range} in the tensor "${name}", got ${at(tensor.data, wrong)} at ${wrong}`)
  }
  const matrix = (name: string, shape: readonly [number, number], least?: number): Matrix =>
    matrixOf(floats(name, shape, least), shape[1])
  return { has: (name: string) => tensors.has(name), floats, matrix }
}

function inWords(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`
}
