import { expect } from 'chai'
import fc from 'fast-check'

import { adamWStep, initialAdamState } from '../../../src/train/autodiff/adamW.js'
import type { UpdateRule } from '../../../src/train/autodiff/adamW.js'
import { copyParameters } from '../../../src/train/autodiff/parameters.js'
import type { Parameters } from '../../../src/train/autodiff/parameters.js'

const number = fc.integer({ min: -1000, max: 1000 }).map((unit) => Math.fround(unit / 1000))
const gradient = fc.constantFrom(-3, -1, -0.5, 0.5, 0.7, 2)
const update = fc.record({
  learningRate: fc.constantFrom(1e-3, 0.1),
  decay: fc.constantFrom(0, 0.01, 0.5),
  penalty: fc.constantFrom(0, 0.2),
})

/** One value after steps with these gradients, as the paper has it; without a rounding between. */
function plainSteps(
  start: number,
  gradients: readonly number[],
  rateFactor: number,
  rule: UpdateRule,
): number {
  let [value, m, v] = [start, 0, 0]
  gradients.forEach((given, step) => {
    const g = given + rule.penalty * value
    m = 0.9 * m + 0.1 * g
    v = 0.999 * v + 0.001 * g ** 2
    const [mHat, vHat] = [m / (1 - 0.9 ** (step + 1)), v / (1 - 0.999 ** (step + 1))]
    value -= rateFactor * rule.learningRate * (mHat / (Math.sqrt(vHat) + 1e-8) + rule.decay * value)
  })
  return value
}

describe('adamWStep', () => {
  it('is Adam with decoupled decay, each parameter in its own way', () => {
    const gradients = fc.array(fc.tuple(gradient, gradient), { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(number, number, gradients, update, update, (a, b, all, ofA, ofB) => {
        const parameters: Parameters = new Map([
          ['a', { shape: [1], data: Float32Array.of(a) }],
          ['b', { shape: [1], data: Float32Array.of(b) }],
        ])
        const state = initialAdamState(parameters)
        for (const [ga, gb] of all) {
          const step = new Map([
            ['a', Float32Array.of(ga)],
            ['b', Float32Array.of(gb)],
          ])
          adamWStep(parameters, step, state, (name) => (name === 'a' ? ofA : ofB), 0.5)
        }
        expect(state.steps).to.equal(all.length)
        // Float32 between steps: 1e-7 of values and moments near 1, times six steps. No gradient is near 0, where the
        // ratio of the moments would be that of their roundings.
        const expected = [
          plainSteps(
            a,
            all.map(([g]) => g),
            0.5,
            ofA,
          ),
          plainSteps(
            b,
            all.map(([, g]) => g),
            0.5,
            ofB,
          ),
        ]
        expect(parameters.get('a')?.data[0]).to.be.closeTo(expected[0] ?? NaN, 3e-6)
        expect(parameters.get('b')?.data[0]).to.be.closeTo(expected[1] ?? NaN, 3e-6)
      }),
    )
  })

  it('changes nothing at a rate of 0, and nothing of a copy', () => {
    const parameters: Parameters = new Map([['a', { shape: [2], data: Float32Array.of(1, -2) }]])
    const copy = copyParameters(parameters)
    const state = initialAdamState(parameters)
    const rule = { learningRate: 0.1, decay: 0.1, penalty: 0 }
    const gradients = new Map([['a', Float32Array.of(1, 1)]])
    adamWStep(parameters, gradients, state, () => rule, 0)
    expect(parameters).to.deep.equal(copy)
    adamWStep(parameters, gradients, state, () => rule, 1)
    expect(Array.from(copy.get('a')?.data ?? [])).to.deep.equal([1, -2])
    expect(parameters).to.not.deep.equal(copy)
  })
})
