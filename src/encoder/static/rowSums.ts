/* eslint-disable @typescript-eslint/non-nullable-type-assertion-style --
   These loops are the time of the encoder; at() doubles it, and ids were checked when they were counted. */
import { createKernels, INT8_LANES, pagesFor } from '../../tensor/simd/kernels.js'
import type { TokenMatrix } from './tokenMatrix.js'

/**
 * The sum of some rows of a matrix, each times a factor.
 * @param ids [n] rows, which the matrix has
 * @param factors [n]
 * @returns [E], valid until the next call.
 */
export type RowSums = (ids: Int32Array, factors: Float64Array) => Float32Array | Float64Array

/** 8 bits in vector registers where the width fills them, a tenth of the time; anything else in plain loops and float64. */
export function openRowSums(matrix: TokenMatrix): RowSums {
  return matrix.type === 'int8' && matrix.columns % INT8_LANES === 0 ? vectorSums(matrix) : plainSums(matrix)
}

/** Keeps the matrix in a memory of WebAssembly: the bytes that it was read from may go. */
function vectorSums({ data, columns: E, scales }: Extract<TokenMatrix, { type: 'int8' }>): RowSums {
  const memory = new WebAssembly.Memory({
    initial: pagesFor(E * Float32Array.BYTES_PER_ELEMENT + data.length),
  })
  const rowsAt = E * Float32Array.BYTES_PER_ELEMENT
  const sums = new Float32Array(memory.buffer, 0, E)
  new Int8Array(memory.buffer, rowsAt).set(data)
  const { addInt8Row } = createKernels(memory)
  return (ids, factors) => {
    sums.fill(0)
    for (let i = 0; i < ids.length; i++) {
      const id = ids[i] as number
      addInt8Row(rowsAt + id * E, 0, (factors[i] as number) * (scales[id] as number), E)
    }
    return sums
  }
}

/** The same one by one in float64, whatever the type and the width. */
export function plainSums(matrix: TokenMatrix): RowSums {
  const { columns: E, data } = matrix
  const sums = new Float64Array(E)
  return (ids, factors) => {
    sums.fill(0)
    for (let i = 0; i < ids.length; i++) {
      const id = ids[i] as number
      const factor = (factors[i] as number) * (matrix.type === 'int8' ? (matrix.scales[id] as number) : 1)
      for (let e = 0, from = id * E; e < E; e++, from++) {
        sums[e] = (sums[e] as number) + factor * (data[from] as number)
      }
    }
    return sums
  }
}
