import { expect } from 'chai'
import fc from 'fast-check'

import { distillRows } from '../../src/distill/distill.js'
import type { DistillProblem } from '../../src/distill/distill.js'
import { createRandom } from '../../src/numeric/random.js'

const SETTINGS = { smoothing: 0.1, pull: 0.02, iterations: 60 }
/** More columns than are solved at once, and an odd number. */
const [P, V, E] = [40, 12, 131]

/** Prompts of up to 20 tokens; the last three tokens occur in none, and one prompt has no token. */
function randomProblem(seed: number): DistillProblem {
  const random = createRandom(seed)
  const numbers = (n: number) => Float32Array.from({ length: n }, () => random() - 0.5)
  const prompts = Array.from({ length: P }, (_, p) =>
    Array.from({ length: p === 7 ? 0 : 1 + Math.floor(random() * 20) }, () => Math.floor(random() * (V - 3))),
  )
  return {
    prompts,
    targets: { rows: P, columns: E, data: numbers(P * E) },
    tokenVectors: { rows: V, columns: E, data: numbers(V * E) },
  }
}

/** The same by the normal equations, dense and in float64, solved by Gauss with pivots: no code in common. */
function denseRows({ prompts, targets, tokenVectors }: DistillProblem): number[][] {
  const read = prompts.flatMap((ids, p) => (ids.length > 0 ? [{ ids, p }] : []))
  const weight = Array.from({ length: V }, (_, t) => {
    const share = read.filter(({ ids }) => Array.from(ids).includes(t)).length / read.length
    return SETTINGS.smoothing / (SETTINGS.smoothing + share)
  })
  const S = read.map(({ ids }) => {
    const row = weight.map((w, t) => w * Math.sqrt(Array.from(ids).filter((id) => id === t).length))
    const sum = row.reduce((a, b) => a + b)
    return row.map((value) => value / sum)
  })
  const Y = read.map(({ p }) => Array.from(targets.data.subarray(p * E, (p + 1) * E)))
  const V0 = Array.from({ length: V }, (_, t) => Array.from(tokenVectors.data.subarray(t * E, (t + 1) * E)))
  const SV0 = product(S, V0)
  const dot = (a: number[][], b: number[][]) => {
    const other = b.flat()
    return a.flat().reduce((sum, value, i) => sum + value * (other[i] ?? NaN), 0)
  }
  const c = dot(SV0, Y) / dot(SV0, SV0)
  const prior = V0.map((row) => row.map((value) => c * value))
  const St = weight.map((_, t) => S.map((row) => row[t] ?? NaN))
  const A = product(St, S).map((row, i) => row.map((value, j) => value + (i === j ? SETTINGS.pull : 0)))
  const B = product(St, Y).map((row, t) =>
    row.map((value, e) => value + SETTINGS.pull * (prior[t]?.[e] ?? NaN)),
  )
  return solve(A, B).map((row, t) => row.map((value) => value * (weight[t] ?? NaN)))
}

function product(a: number[][], b: number[][]): number[][] {
  return a.map((row) =>
    (b[0] ?? []).map((_, j) => row.reduce((sum, value, k) => sum + value * (b[k]?.[j] ?? NaN), 0)),
  )
}

function solve(A: number[][], B: number[][]): number[][] {
  const rows = A.map((row, i) => [...row, ...(B[i] ?? [])])
  const n = rows.length
  for (let k = 0; k < n; k++) {
    const pivot = rows
      .slice(k)
      .reduce((best, row, i) => (Math.abs(row[k] ?? 0) > Math.abs(rows[best]?.[k] ?? 0) ? k + i : best), k)
    const [top, other] = [rows[pivot] ?? [], rows[k] ?? []]
    rows[k] = top
    rows[pivot] = other
    rows.forEach((row, i) => {
      if (i === k) return
      const factor = (row[k] ?? NaN) / (top[k] ?? NaN)
      row.forEach((value, j) => (row[j] = value - factor * (top[j] ?? NaN)))
    })
  }
  return rows.map((row, k) => row.slice(n).map((value) => value / (row[k] ?? NaN)))
}

describe('distillRows', () => {
  it('is the dense solution in float64', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 1000 }), async (seed) => {
        const problem = randomProblem(seed)
        const found = await distillRows(problem, SETTINGS)
        const wanted = denseRows(problem).flat()
        const errors = wanted.map((value, i) => Math.abs(value - (found.data[i] ?? NaN)))
        expect(Math.max(...errors)).to.be.at.most(1e-5)
      }),
      { numRuns: 5 },
    )
  })

  it('gives the same bits again', async () => {
    const [first, second] = await Promise.all([1, 2].map(() => distillRows(randomProblem(3), SETTINGS)))
    expect(first).to.deep.equal(second)
  })

  it('keeps the vector of a token that no prompt has, times one factor', async () => {
    const problem = randomProblem(4)
    const { data } = await distillRows(problem, SETTINGS)
    const ratios = Array.from({ length: 3 * E }, (_, i) => {
      const at = (V - 3) * E + i
      return (data[at] ?? NaN) / (problem.tokenVectors.data[at] ?? NaN)
    })
    ratios.forEach((ratio) => expect(ratio).to.be.closeTo(ratios[0] ?? NaN, 1e-5))
  })

  it('tells how far it is', async () => {
    const seen: [number, number][] = []
    await distillRows(randomProblem(5), SETTINGS, (done, total) => seen.push([done, total]))
    expect(seen).to.deep.equal([
      [128, 131],
      [131, 131],
    ])
  })
})
