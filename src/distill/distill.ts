import { setImmediate } from 'node:timers/promises'

import { at } from '../numeric/at.js'
import { gatherRows } from '../numeric/matrix.js'
import type { Matrix } from '../numeric/matrix.js'
import { conjugateGradients } from './conjugateGradients.js'
import { FLOAT64_LANES } from '../tensor/simd/kernels.js'
import { openShareProducts } from './shareProducts.js'
import { tokenShares } from './tokenShares.js'
import type { TokenShares } from './tokenShares.js'

/** The numbers of the recipe; docs/decisions has the experiments that they come from. */
export interface DistillSettings {
  /** a of the token weights a / (a + df). */
  smoothing: number
  /** How strongly a token's vector is held to the teacher's own: the more, the rarer the token. */
  pull: number
  iterations: number
}

export const DISTILL_SETTINGS: DistillSettings = { smoothing: 0.1, pull: 0.02, iterations: 25 }

/** Shapes: P prompts, V tokens, E the width of the teacher's vectors. */
export interface DistillProblem {
  /** [P] token ids of each prompt; prompts without tokens teach nothing and count nothing. */
  prompts: readonly ArrayLike<number>[]
  /** [P, E] what the teacher makes of them, of unit length. */
  targets: Matrix
  /** [V, E] the teacher's own vector of each token. */
  tokenVectors: Matrix
}

/** Columns that are solved together, an even number: with 20,000 tokens they take 20 MB a matrix, six matrices in all. */
const COLUMNS = 128

/**
 * The rows of a static encoder whose mean comes closest to the teacher: V = argmin |S V - E|^2 + pull |V - V0|^2, where S
 * are the shares of the tokens in the prompts, E the teacher's vectors and V0 the teacher's own token vectors, scaled to fit
 * them as well as one factor can. Tokens that no prompt has keep their V0. A few seconds for each hundred columns.
 * @returns [V, E] rows that include the weights of tokens.
 */
export async function distillRows(
  problem: DistillProblem,
  { smoothing, pull, iterations }: DistillSettings,
  onProgress: (done: number, total: number) => void = () => undefined,
): Promise<Matrix> {
  const { tokenVectors } = problem
  const { rows: V, columns: E } = tokenVectors
  const read = problem.prompts.flatMap((ids, p) => (ids.length > 0 ? [p] : []))
  const shares = tokenShares(
    read.map((p) => at(problem.prompts, p)),
    V,
    smoothing,
  )
  const targets = gatherRows(problem.targets, read)
  const prior = gatherRows(tokenVectors, shares.used)
  const scale = fittingFactor(shares, prior, targets)
  const data = tokenVectors.data.map((value) => value * scale)
  for (let from = 0; from < E; from += COLUMNS) {
    const block = columnBlock(from, E)
    const solved = solveColumns(
      shares,
      sliceColumns(prior, block, scale),
      sliceColumns(targets, block),
      block,
      {
        pull,
        iterations,
      },
    )
    shares.used.forEach((id, u) => {
      for (let c = 0; c < block.count; c++) data[id * E + from + c] = at(solved, u * block.width + c)
    })
    onProgress(from + block.count, E)
    // A terminal that shows the progress, and a signal that ends the command, want a turn.
    await setImmediate()
  }
  for (let id = 0; id < V; id++) {
    const weight = at(shares.weights, id)
    for (let e = 0; e < E; e++) data[id * E + e] = weight * at(data, id * E + e)
  }
  return { rows: V, columns: E, data }
}

/** Some columns of a matrix; `width` is their number, made even by a column of zeros. */
interface ColumnBlock {
  from: number
  count: number
  width: number
}

function columnBlock(from: number, columns: number): ColumnBlock {
  const count = Math.min(COLUMNS, columns - from)
  return { from, count, width: count + (count % FLOAT64_LANES) }
}

/** [U, C] of V: V0 plus the solution of (S'S + pull I) X = S'(E - S V0). */
function solveColumns(
  shares: TokenShares,
  prior: Float64Array,
  targets: Float64Array,
  { width: C }: ColumnBlock,
  { pull, iterations }: Omit<DistillSettings, 'smoothing'>,
): Float64Array {
  const { multiply, multiplyTransposed } = openShareProducts(shares, C)
  const onPrompts = new Float64Array(targets.length)
  const right = new Float64Array(prior.length)
  multiply(prior, onPrompts)
  multiplyTransposed(
    targets.map((value, i) => value - at(onPrompts, i)),
    right,
  )
  const normal = (x: Float64Array, product: Float64Array) => {
    multiply(x, onPrompts)
    multiplyTransposed(onPrompts, product)
    for (let i = 0; i < x.length; i++) product[i] = at(product, i) + pull * at(x, i)
  }
  const correction = conjugateGradients(normal, right, C, iterations)
  return correction.map((value, i) => value + at(prior, i))
}

/** c = <S V0, E> / <S V0, S V0> */
function fittingFactor(shares: TokenShares, prior: Matrix, targets: Matrix): number {
  let [product, squares] = [0, 0]
  for (let from = 0; from < prior.columns; from += COLUMNS) {
    const block = columnBlock(from, prior.columns)
    const onPrompts = new Float64Array(targets.rows * block.width)
    openShareProducts(shares, block.width).multiply(sliceColumns(prior, block), onPrompts)
    const wanted = sliceColumns(targets, block)
    onPrompts.forEach((value, i) => {
      product += value * at(wanted, i)
      squares += value * value
    })
  }
  return squares === 0 ? 1 : product / squares
}

/** [rows, width] some columns in float64, times a factor. */
function sliceColumns(
  { rows, columns, data }: Matrix,
  { from, count, width }: ColumnBlock,
  factor = 1,
): Float64Array {
  const slice = new Float64Array(rows * width)
  for (let row = 0; row < rows; row++)
    for (let c = 0; c < count; c++) slice[row * width + c] = factor * at(data, row * columns + from + c)
  return slice
}
