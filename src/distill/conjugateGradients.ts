/* eslint-disable @typescript-eslint/non-nullable-type-assertion-style --
   The loops below are all the time of a distillation; at() doubles it, and every index is below a length by
   construction. */
/** Writes the product of a symmetric, positive definite matrix with X into `product`. Both [n, C]. */
export type Multiply = (x: Float64Array, product: Float64Array) => void

/**
 * Solves A X = B for C right-hand sides at once by conjugate gradients from X = 0, each with step lengths of its own: the
 * columns do not know each other, they only share the passes over A. In float64, in one order of summation: the same
 * numbers on every machine.
 * @param b [n, C]
 * @returns [n, C]
 */
export function conjugateGradients(
  multiply: Multiply,
  b: Float64Array,
  C: number,
  iterations: number,
): Float64Array {
  const x = new Float64Array(b.length)
  const residual = b.slice()
  const direction = b.slice()
  const product = new Float64Array(b.length)
  let squared = columnProducts(residual, residual, C)
  for (let iteration = 0; iteration < iterations; iteration++) {
    multiply(direction, product)
    // A column that is solved has a residual of 0, and no further step.
    const step = quotients(squared, columnProducts(direction, product, C))
    addScaled(x, direction, step, x)
    addScaled(
      residual,
      product,
      step.map((length) => -length),
      residual,
    )
    const next = columnProducts(residual, residual, C)
    const turn = quotients(next, squared)
    addScaled(residual, direction, turn, direction)
    squared = next
  }
  return x
}

/** [C] scalar product of each column of two matrices. */
function columnProducts(a: Float64Array, b: Float64Array, C: number): Float64Array {
  const products = new Float64Array(C)
  for (let row = 0; row < a.length; row += C)
    for (let c = 0; c < C; c++)
      products[c] = (products[c] as number) + (a[row + c] as number) * (b[row + c] as number)
  return products
}

/** [C]; 0 / 0 is 0. */
function quotients(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, c) => (value === 0 ? 0 : value / (b[c] as number)))
}

/** to = base + factors[column] * rows; `to` may be one of the others. */
function addScaled(base: Float64Array, rows: Float64Array, factors: Float64Array, to: Float64Array): void {
  const C = factors.length
  for (let row = 0; row < to.length; row += C)
    for (let c = 0; c < C; c++)
      to[row + c] = (base[row + c] as number) + (factors[c] as number) * (rows[row + c] as number)
}
