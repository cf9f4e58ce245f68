import { expect } from 'chai'
import fc from 'fast-check'

import { softplus } from '../../src/numeric/logistic.js'
import { matrixOf } from '../../src/numeric/matrix.js'
import type { Differentiated } from '../../src/train/autodiff/operations.js'
import { categoryLoss, heldOutLoss, lossOf } from '../../src/train/losses.js'
import type { LossWeights } from '../../src/train/losses.js'
import { anyRows, batchOfRows } from './batches.js'
import type { PromptRow } from './batches.js'

/** A power of two, and logits that are multiples of it: `z + STEP` is exact in float32. */
const STEP = 2 ** -10

/** The error of a central difference is STEP^2 / 6 times the third derivative: below 1e-6 for the losses here. */
const TOLERANCE = 1e-5

const NONE: LossWeights = { outcomes: 0, comparisons: 0, pairs: 0, margin: 0 }
const LOSSES = ['outcomes', 'comparisons', 'pairs', 'margin'] as const

const logits = (n: number) =>
  fc
    .array(fc.integer({ min: -4096, max: 4096 }), { minLength: n, maxLength: n })
    .map((units) => Float32Array.from(units, (unit) => unit * STEP))

/** Rows of a batch with a logit for each of its pairs. */
const rowsWithLogits = anyRows.chain((rows) =>
  fc.tuple(fc.constant(rows), logits(rows.reduce((sum, { targets }) => sum + targets.length, 0))),
)

function expectGradient(compute: (z: Float32Array) => Differentiated, z: Float32Array): void {
  const { gradient } = compute(z)
  z.forEach((_, i) => {
    const at = (change: number) => compute(z.map((value, j) => (i === j ? value + change : value))).loss
    expect(gradient[i], `derivative ${i}`).to.be.closeTo((at(STEP) - at(-STEP)) / (2 * STEP), TOLERANCE)
  })
}

/** By how much the margin loss of a pair is above its corner, which is at 0; a step of one logit changes it by less than STEP. */
const aboveCorner = (better: number, worse: number) => 0.1 - Math.tanh(better) + Math.tanh(worse)

/** Whether a central difference would reach over a corner of the margin loss: in some prompt, of some two logits. */
function atCorner(rows: readonly PromptRow[], z: Float32Array): boolean {
  let start = 0
  return rows.some(({ targets }) => {
    const own = z.subarray(start, (start += targets.length))
    return own.some((better) => own.some((worse) => Math.abs(aboveCorner(better, worse)) < STEP))
  })
}

const logistic = (z: number) => Math.log(1 + Math.exp(z))
const mean = (values: readonly number[]) =>
  values.length === 0 ? 0 : values.reduce((a, b) => a + b, 0) / values.length

/** The four losses by their definitions, prompt by prompt. */
function plainLosses(rows: readonly PromptRow[], z: Float32Array): Record<keyof LossWeights, number> {
  const terms: Record<keyof LossWeights, number[]> = { outcomes: [], comparisons: [], pairs: [], margin: [] }
  const ofMargin: number[] = []
  const weights: number[] = []
  let start = 0
  for (const { targets, comparisons, weight = 1 } of rows) {
    const of = (llm: number) => z[start + llm] ?? NaN
    const ranked = (better: number, worse: number) =>
      ofMargin.push(Math.max(0, aboveCorner(of(better), of(worse))))
    targets.forEach((y, llm) => {
      if (Number.isNaN(y)) return
      terms.outcomes.push(weight * (y * logistic(-of(llm)) + (1 - y) * logistic(of(llm))))
      weights.push(weight)
      targets.forEach((other, second) => {
        if (!(y > other)) return
        terms.pairs.push(logistic(of(second) - of(llm)))
        ranked(llm, second)
      })
    })
    for (const [a, b, preference] of comparisons) {
      terms.comparisons.push(
        preference * logistic(of(b) - of(a)) + (1 - preference) * logistic(of(a) - of(b)),
      )
      if (preference === 1) ranked(a, b)
      if (preference === 0) ranked(b, a)
    }
    start += targets.length
  }
  return {
    outcomes: mean(terms.outcomes) / (weights.length === 0 ? 1 : mean(weights)),
    comparisons: mean(terms.comparisons),
    pairs: mean(terms.pairs),
    margin: mean(ofMargin),
  }
}

describe('lossOf', () => {
  for (const name of LOSSES) {
    it(`has the derivative of the loss of ${name}`, () => {
      fc.assert(
        fc.property(rowsWithLogits, ([rows, z]) => {
          fc.pre(!atCorner(rows, z))
          const batch = batchOfRows(rows)
          expectGradient((values) => lossOf(values, batch, { ...NONE, [name]: 1.5 }), z)
        }),
      )
    })

    it(`is the mean loss of ${name} by its definition`, () => {
      fc.assert(
        fc.property(rowsWithLogits, ([rows, z]) => {
          const { loss } = lossOf(z, batchOfRows(rows), { ...NONE, [name]: 1 })
          // Both in float64, of at most 40 terms below 10; targets and preferences are exact in float32.
          expect(loss).to.be.closeTo(plainLosses(rows, z)[name], 1e-12)
        }),
      )
    })
  }

  it('is the sum of the losses by their weights', () => {
    const weights = { outcomes: 1, comparisons: 0.5, pairs: 0.25, margin: 2 }
    fc.assert(
      fc.property(rowsWithLogits, ([rows, z]) => {
        const plain = plainLosses(rows, z)
        const expected = LOSSES.reduce((sum, name) => sum + weights[name] * plain[name], 0)
        const batch = batchOfRows(rows)
        expect(lossOf(z, batch, weights).loss).to.be.closeTo(expected, 1e-12)
        fc.pre(!atCorner(rows, z))
        expectGradient((values) => lossOf(values, batch, weights), z)
      }),
    )
  })

  it('draws the logits of a tie together and leaves a pair without a target alone', () => {
    const batch = batchOfRows([{ targets: [NaN, NaN, NaN], comparisons: [[0, 1, 0.5]], category: -1 }])
    const { gradient } = lossOf(Float32Array.of(1, -1, 3), batch, { ...NONE, outcomes: 1, comparisons: 1 })
    // sigmoid(2) - 1/2
    expect(gradient[0]).to.be.closeTo(0.380797, 1e-6)
    expect(gradient[1]).to.be.closeTo(-0.380797, 1e-6)
    expect(gradient[2]).to.equal(0)
  })
})

describe('heldOutLoss', () => {
  const learnt = (weights: Partial<LossWeights>) => ({ ...NONE, ...weights })
  const cases: [string, LossWeights, beside: keyof LossWeights, alone: keyof LossWeights][] = [
    ['outcomes', learnt({ outcomes: 1, comparisons: 1, margin: 1 }), 'outcomes', 'margin'],
    ['outcomes and comparisons', learnt({ outcomes: 1, comparisons: 1 }), 'outcomes', 'comparisons'],
    ['a margin', learnt({ margin: 1, pairs: 1 }), 'margin', 'margin'],
    ['pairs', learnt({ pairs: 1 }), 'pairs', 'comparisons'],
  ]
  for (const [what, weights, beside, alone] of cases) {
    it(`is that of ${beside} for what learns from ${what}, and of ${alone} if there are no outcomes`, () => {
      fc.assert(
        fc.property(rowsWithLogits, ([rows, z]) => {
          const judged = rows.some(({ targets }) => targets.some((y) => !Number.isNaN(y)))
          const expected = plainLosses(rows, z)[judged ? beside : alone]
          expect(heldOutLoss(z, batchOfRows(rows), weights)).to.be.closeTo(expected, 1e-12)
        }),
      )
    })
  }
})

describe('categoryLoss', () => {
  const C = 3
  const K = 6

  it('is the cross-entropy of the sums of the classes of each category, with its derivative', () => {
    const arbitrary = fc
      .array(fc.integer({ min: -1, max: C - 1 }), { minLength: 1, maxLength: 4 })
      .chain((categories) =>
        fc.tuple(fc.constant(Int32Array.from(categories)), logits(categories.length * K)),
      )
    fc.assert(
      fc.property(arbitrary, ([categories, gate]) => {
        const terms = Array.from(categories).flatMap((wanted, p) => {
          if (wanted < 0) return []
          const exponentials = Array.from(gate.subarray(p * K, (p + 1) * K), Math.exp)
          const own = exponentials.filter((_, k) => k % C === wanted)
          return [-Math.log(own.reduce((a, b) => a + b, 0) / exponentials.reduce((a, b) => a + b, 0))]
        })
        expect(categoryLoss(matrixOf(gate, K), categories, C, 0.5).loss).to.be.closeTo(
          0.5 * mean(terms),
          1e-12,
        )
        expectGradient((values) => categoryLoss(matrixOf(values, K), categories, C, 0.5), gate)
      }),
    )
  })
})

describe('softplus', () => {
  it('neither overflows nor loses small values', () => {
    expect(softplus(1000)).to.equal(1000)
    expect(softplus(-40)).to.be.closeTo(Math.exp(-40), 1e-30)
    expect(softplus(0)).to.equal(Math.LN2)
  })
})
