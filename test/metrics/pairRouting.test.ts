import { expect } from 'chai'
import fc from 'fast-check'

import { apgrStatistic, cptStatistic, routingCurve } from '../../src/metrics/pairRouting.js'
import type { PairRouting } from '../../src/metrics/pairRouting.js'
import { near } from './scored.js'

type Prompt = readonly [advantage: number, strong: number, weak: number]

const routingOf = (prompts: readonly Prompt[]): PairRouting => ({
  advantage: Float64Array.from(prompts, ([advantage]) => advantage),
  strong: Float64Array.from(prompts, ([, strong]) => strong),
  weak: Float64Array.from(prompts, ([, , weak]) => weak),
})

const score = fc.constantFrom(0, 0.5, 1)
const prompts: fc.Arbitrary<Prompt[]> = fc.array(
  fc.tuple(fc.constantFrom(-0.5, 0, 0.1, 0.2, 0.9), score, score),
  {
    minLength: 1,
    maxLength: 12,
  },
)

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
const gapOf = (all: readonly Prompt[]) => sum(all.map(([, strong, weak]) => strong - weak))

/** What is recovered when the prompts above each threshold go to the strong LLM: [share, recovered], from the definition. */
function plainCurve(all: readonly Prompt[]): [number, number][] {
  const thresholds = [Infinity, ...new Set(all.map(([advantage]) => advantage))].sort((x, y) => y - x)
  return thresholds.map((threshold) => {
    const called = all.filter(([advantage]) => advantage >= threshold)
    return [called.length / all.length, gapOf(called) / gapOf(all)]
  })
}

/** Height of a line through points, at x. */
function heightAt(points: readonly [number, number][], x: number): number {
  const next = points.findIndex(([share]) => share >= x)
  const [x1 = 1, y1 = 1] = points[next] ?? []
  const [x0 = 0, y0 = 0] = points[next - 1] ?? []
  return x1 === x0 ? y1 : y0 + ((x - x0) / (x1 - x0)) * (y1 - y0)
}

describe('routingCurve', () => {
  it('has a point for each threshold, by the definition', () => {
    fc.assert(
      fc.property(prompts, (all) => {
        fc.pre(gapOf(all) !== 0)
        const points = routingCurve(routingOf(all))
        const expected = plainCurve(all)
        expect(points).to.have.length(expected.length)
        return points.every(({ share, recovered }, i) => {
          const [plainShare = NaN, plainRecovered = NaN] = expected[i] ?? []
          return near(share, plainShare) && near(recovered, plainRecovered)
        })
      }),
    )
  })

  it('APGR is the mean height of the curve, CPT the first share that reaches the goal', () => {
    // Goals that no point of such a curve can lie on: the steps below would step over a peak that only touches one.
    fc.assert(
      fc.property(prompts, fc.constantFrom(0.51, 0.83), (all, goal) => {
        const apgr = apgrStatistic(routingOf(all))()
        const cpt = cptStatistic(routingOf(all), goal)()
        if (gapOf(all) <= 0) return Number.isNaN(apgr) && Number.isNaN(cpt)
        const points = plainCurve(all)
        const steps = 20_000
        const heights = Array.from({ length: steps }, (_, i) => heightAt(points, (i + 0.5) / steps))
        const first = heights.findIndex((height) => height >= goal)
        return Math.abs(apgr - sum(heights) / steps) < 1e-3 && Math.abs(cpt - (first + 0.5) / steps) < 1e-3
      }),
      { numRuns: 50 },
    )
  })

  it('counts a prompt as often as its weight says', () => {
    const weights = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 12, maxLength: 12 })
    fc.assert(
      fc.property(prompts, weights, (all, often) => {
        const sample = all.flatMap((prompt, p) => Array.from({ length: often[p] ?? 0 }, () => prompt))
        fc.pre(sample.length > 0)
        const given = Float64Array.from(often)
        const same = [apgrStatistic, (routing: PairRouting) => cptStatistic(routing, 0.5)].map((statistic) =>
          near(statistic(routingOf(all))(given), statistic(routingOf(sample))()),
        )
        expect(same).to.deep.equal([true, true])
      }),
    )
  })

  it('gives a router that knows everything its due, and one without knowledge 0.5', () => {
    const all: Prompt[] = [
      [1, 1, 0],
      [0, 1, 1],
      [0, 0, 0],
      [0, 1, 1],
    ]
    const routing = routingOf(all)
    // A quarter of the calls recovers all of the gap: a triangle and a rectangle.
    expect(apgrStatistic(routing)()).to.be.closeTo(0.125 + 0.75, 1e-12)
    expect(cptStatistic(routing, 0.5)()).to.be.closeTo(0.125, 1e-12)
    expect(cptStatistic(routing, 0.8)()).to.be.closeTo(0.2, 1e-12)
    expect(routingCurve(routing).map(({ quality }) => quality)).to.deep.equal([0.5, 0.75, 0.75])
    const blind = { ...routing, advantage: new Float64Array(4) }
    expect(apgrStatistic(blind)()).to.be.closeTo(0.5, 1e-12)
    expect(cptStatistic(blind, 0.8)()).to.be.closeTo(0.8, 1e-12)
  })
})
