import { LLimitError } from '../../errors.js'
import { at } from '../../numeric/at.js'
import { firstNotFinite } from '../../numeric/finite.js'
import type { Matrix } from '../../numeric/matrix.js'
import { decodeFloats } from '../../tensor/floats.js'
import { floatTypeOf } from '../../tensor/safetensorsHeader.js'
import { viewSafetensors } from '../../tensor/readSafetensors.js'
import type { TensorView } from '../../tensor/readSafetensors.js'

/** As messages call it. */
const FILE = 'model.safetensors of the encoder'

/** Names of the tensors in model.safetensors; the first as sentence-transformers has it. */
export const MATRIX = 'embedding.weight'
export const SCALES = 'embedding.scale'

/** A row for each token, in 8 bits with a scale for each row, or in float32. Shapes: V tokens, E columns. */
export type TokenMatrix = { rows: number; columns: number } & (
  | { type: 'int8'; /** [V, E] */ data: Int8Array; /** [V] */ scales: Float32Array }
  | { type: 'float32'; /** [V, E] */ data: Float32Array }
)

/**
 * The matrix of a static encoder from the bytes of its model.safetensors: I8 with a scale per row is used where it lies,
 * without a copy; F16, BF16 and F32 become float32.
 * @throws LLimitError MODEL_BROKEN, naming the tensor.
 */
export function readTokenMatrix(bytes: Uint8Array): TokenMatrix {
  const tensors = viewSafetensors(bytes, FILE)
  const matrix = tensorOf(tensors, MATRIX)
  const [rows, columns] = matrix.shape
  if (rows === undefined || columns === undefined || matrix.shape.length !== 2 || rows * columns === 0) {
    throw mismatch(`${MATRIX}: expected the shape [tokens, dimension], got [${matrix.shape.join(', ')}]`)
  }
  if (matrix.dtype !== 'I8') {
    const data = decodeFloats(matrix.bytes, floatTypeOf(FILE, MATRIX, matrix.dtype))
    checkFinite(MATRIX, data)
    return { type: 'float32', rows, columns, data }
  }
  const scale = tensorOf(tensors, SCALES)
  if (scale.shape.join() !== String(rows)) {
    throw mismatch(`${SCALES}: expected the shape [${rows}], got [${scale.shape.join(', ')}]`)
  }
  const scales = decodeFloats(scale.bytes, floatTypeOf(FILE, SCALES, scale.dtype))
  checkFinite(SCALES, scales)
  const { buffer, byteOffset, byteLength } = matrix.bytes
  return { type: 'int8', rows, columns, data: new Int8Array(buffer, byteOffset, byteLength), scales }
}

/**
 * Rows of float32 in 8 bits: the largest magnitude of a row becomes 127. A row of zeros has the scale 0.
 * @param data [V, E]
 */
export function quantizeRows(
  data: Float32Array,
  rows: number,
  columns: number,
): Extract<TokenMatrix, { type: 'int8' }> {
  const quantized = new Int8Array(data.length)
  const scales = new Float32Array(rows)
  for (let row = 0; row < rows; row++) {
    const values = data.subarray(row * columns, (row + 1) * columns)
    const largest = values.reduce((max, value) => Math.max(max, Math.abs(value)), 0)
    const scale = Math.fround(largest / 127)
    scales[row] = scale
    if (scale === 0) continue
    values.forEach(
      (value, e) => (quantized[row * columns + e] = Math.max(-127, Math.min(127, Math.round(value / scale)))),
    )
  }
  return { type: 'int8', rows, columns, data: quantized, scales }
}

/** The rows of a matrix of any type. */
export function rowsInFloat32(matrix: TokenMatrix): Matrix {
  const { rows, columns } = matrix
  if (matrix.type === 'float32') return { rows, columns, data: matrix.data }
  const data = Float32Array.from(
    matrix.data,
    (value, i) => value * at(matrix.scales, Math.floor(i / columns)),
  )
  return { rows, columns, data }
}

function tensorOf(tensors: ReadonlyMap<string, TensorView>, name: string): TensorView {
  const tensor = tensors.get(name)
  if (tensor !== undefined) return tensor
  throw mismatch(`expected a tensor "${name}", got ${[...tensors.keys()].join(', ') || 'none'}`)
}

/** One number that is none would make every prompt with its token one that cannot be scored. */
function checkFinite(name: string, values: Float32Array): void {
  const wrong = firstNotFinite(values)
  if (wrong !== undefined)
    throw mismatch(`${name}: expected finite numbers, got ${String(values[wrong])} at ${wrong}`)
}

function mismatch(what: string): LLimitError {
  return new LLimitError('MODEL_BROKEN', `${FILE}: ${what}`)
}
