/* eslint-disable @typescript-eslint/non-nullable-type-assertion-style --
   These loops are most of the time of a prompt that is cached; at() would double it, and DenseNetwork checks the rows
   before. */

/** The prompt and the LLM row of `size` pairs from the `start`th on, all prompts of an LLM one after the other. */
export function pairsFrom(start: number, size: number, promptCount: number, llms: Int32Array) {
  const prompts = new Int32Array(size)
  const rows = new Int32Array(size)
  for (let i = 0; i < size; i++) {
    prompts[i] = (start + i) % promptCount
    rows[i] = llms[Math.floor((start + i) / promptCount)] as number
  }
  return { prompts, rows }
}

/** [n, H] row `aRows[i]` of `a` plus row `bRows[i]` of `b`, both H wide. */
export function addRows(
  a: Float32Array,
  aRows: Int32Array,
  b: Float32Array,
  bRows: Int32Array,
  H: number,
): Float32Array {
  const sums = new Float32Array(aRows.length * H)
  for (let i = 0, to = 0; i < aRows.length; i++) {
    let fromA = (aRows[i] as number) * H
    let fromB = (bRows[i] as number) * H
    for (let h = 0; h < H; h++) sums[to++] = (a[fromA++] as number) + (b[fromB++] as number)
  }
  return sums
}

/** [n] scalar product of row `aRows[i]` of `a` and row `bRows[i]` of `b`, both K wide. */
export function multiplyRows(
  a: Float32Array,
  aRows: Int32Array,
  b: Float32Array,
  bRows: Int32Array,
  K: number,
): Float32Array {
  const products = new Float32Array(aRows.length)
  for (let i = 0; i < products.length; i++) {
    const fromA = (aRows[i] as number) * K
    const fromB = (bRows[i] as number) * K
    let sum = 0
    for (let k = 0; k < K; k++) sum += (a[fromA + k] as number) * (b[fromB + k] as number)
    products[i] = sum
  }
  return products
}

/** LeakyReLU in place, written without a branch, which would be mispredicted for every other value. */
export function rectify(values: Float32Array, slope: number): void {
  const [even, odd] = [(1 + slope) / 2, (1 - slope) / 2]
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number
    values[i] = even * value + odd * Math.abs(value)
  }
}
