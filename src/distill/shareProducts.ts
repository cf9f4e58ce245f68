/* eslint-disable @typescript-eslint/non-nullable-type-assertion-style --
   These loops are all the time of a distillation, and every index is below a length by construction. */
import { createKernels, pagesFor } from '../tensor/simd/kernels.js'
import type { TokenShares } from './tokenShares.js'

/** Products with the sparse matrix S [P, U] of token shares, for C columns at once. Results are overwritten. */
export interface ShareProducts {
  /** S X: [U, C] -> [P, C] */
  multiply: (x: Float64Array, product: Float64Array) => void
  /** The transposed S times Y: [P, C] -> [U, C] */
  multiplyTransposed: (y: Float64Array, product: Float64Array) => void
}

/**
 * Both products are sums of rows times an entry of S, in vector registers and in the order of the prompts: in float64, the
 * same numbers on every machine.
 * @param C even
 */
export function openShareProducts({ used, first, columns, values }: TokenShares, C: number): ShareProducts {
  const rowBytes = C * Float64Array.BYTES_PER_ELEMENT
  const [U, P] = [used.length, first.length - 1]
  const memory = new WebAssembly.Memory({ initial: pagesFor((U + P) * rowBytes) })
  const ofTokens = new Float64Array(memory.buffer, 0, U * C)
  const ofPrompts = new Float64Array(memory.buffer, U * rowBytes, P * C)
  const { addFloat64Row } = createKernels(memory)
  const forEachEntry = (visit: (token: number, prompt: number, value: number) => void) => {
    for (let p = 0; p < P; p++) {
      const prompt = (U + p) * rowBytes
      for (let i = first[p] as number; i < (first[p + 1] as number); i++)
        visit((columns[i] as number) * rowBytes, prompt, values[i] as number)
    }
  }
  return {
    multiply: (x, product) => {
      ofTokens.set(x)
      ofPrompts.fill(0)
      forEachEntry((token, prompt, value) => addFloat64Row(token, prompt, value, rowBytes))
      product.set(ofPrompts)
    },
    multiplyTransposed: (y, product) => {
      ofPrompts.set(y)
      ofTokens.fill(0)
      forEachEntry((token, prompt, value) => addFloat64Row(prompt, token, value, rowBytes))
      product.set(ofTokens)
    },
  }
}
