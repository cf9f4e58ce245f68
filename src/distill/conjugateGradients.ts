/* eslint-disable @typescript-eslint/non-nullable-type-assertion-style -- the loops below are all the time of a distillation; at() doubles it, and every index is below a length by construction */
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
    addScaled(x, direction, step, 1)
    addScaled(residual, product, step, -1)
    const next = columnProducts(residual, residual, C)
    const turn = quotients(next, squared)
    for (let i = 0; i < direction.length; i++)
      direction[i] = (residual[i] as number) + (turn[i % C] as number) * (direction[i] as number)
    squared = next
  }
  return x
}

/** [C] scalar product of each column of two matrices. */
function columnProducts(a: Float64Array, b: Float64Array, C: number): Float64Array {
  const products = new Float64Array(C)
  for (let i = 0; i < a.length; i++) {
    const c = i % C
    products[c] = (products[c] as number) + (a[i] as number) * (b[i] as number)
  }
  return products
}

/** [C]; 0 / 0 is 0. */
function quotients(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, c) => (value === 0 ? 0 : value / (b[c] as number)))
}

/** to += sign * factors[column] * from, in place. */
function addScaled(to: Float64Array, from: Float64Array, factors: Float64Array, sign: 1 | -1): void {
  const C = factors.length
  for (let i = 0; i < to.length; i++)
    to[i] = (to[i] as number) + sign * (factors[i % C] as number) * (from[i] as number)
}
