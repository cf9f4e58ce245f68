import { expect } from 'chai'
import fc from 'fast-check'

import { SharedDifficulty } from '../../src/calibration/sharedDifficulty.js'
import { at } from '../../src/numeric/at.js'
import { averageOver, successAt } from './directIntegral.js'

/** Exact to quadrature: the rule itself is far closer. */
const EXACT = 1e-6

const probability = fc.double({ min: 0.001, max: 0.999, noNaN: true })
const score = fc.double({ min: 0, max: 1, noNaN: true })
const deviation = fc.double({ min: 0, max: 4, noNaN: true })
const probabilities = fc.array(probability, { minLength: 2, maxLength: 8 })

/** What success and failure of an LLM say at a difficulty. */
const likelihood = (success: number, y: number) => success ** y * (1 - success) ** (1 - y)

/** Attempts that come with the most extreme and with common probabilities. */
const CASES = [
  { marginals: [0.3, 0.62, 0.97], attempts: [[0, 0] as const, [1, 0.5] as const] },
  { marginals: [0.5, 0.5, 0.5, 0.5], attempts: [[2, 1] as const] },
  { marginals: [1e-5, 0.4, 1 - 1e-5], attempts: [[0, 1] as const, [2, 0] as const] },
  { marginals: [0.999, 0.998, 0.6], attempts: [[0, 0] as const, [1, 0] as const] },
  { marginals: [0.2, 0.9, 0.7, 0.8], attempts: [0, 1, 2].map((i) => [i, 0.25 * i] as const) },
]

describe('SharedDifficulty', () => {
  for (const s of [0.2, 1.7, 3.5]) {
    const joint = new SharedDifficulty(s)

    for (const { marginals, attempts } of CASES) {
      const tried = attempts.map(([llm, y]) => `${at(marginals, llm)}: ${y}`).join(', ')
      const successes = marginals.map((p) => successAt(p, s))
      const evidence = (t: number) =>
        attempts.reduce((product, [llm, y]) => product * likelihood(at(successes, llm)(t), y), 1)

      it(`conditions as direct integration does, deviation ${s}, after ${tried}`, () => {
        const total = averageOver(evidence)
        const given = joint.given(marginals, new Map(attempts))
        successes.forEach((success, llm) => {
          const expected = averageOver((t) => evidence(t) * success(t)) / total
          expect(given[llm]).to.be.closeTo(expected, EXACT)
        })
      })

      it(`finds the first to succeed as direct integration does, deviation ${s}, after ${tried}`, () => {
        const total = averageOver(evidence)
        const first = joint.firstToSucceed(marginals, new Map(attempts))
        let left = evidence
        successes.forEach((success, llm) => {
          if (attempts.some(([other]) => other === llm)) {
            expect(first[llm]).to.equal(0)
            return
          }
          const before = left
          expect(first[llm]).to.be.closeTo(averageOver((t) => before(t) * success(t)) / total, EXACT)
          left = (t) => before(t) * (1 - success(t))
        })
        expect(first[marginals.length]).to.be.closeTo(averageOver(left) / total, EXACT)
      })
    }

    it(`has the likelihood of direct integration, deviation ${s}`, () => {
      const marginals = [0.3, 0.62, 0.97, 0.05]
      const scores = [1, 0, 1, 0]
      const successes = marginals.map((p) => successAt(p, s))
      const expected = averageOver((t) =>
        scores.reduce((product, y, i) => product * likelihood(at(successes, i)(t), y), 1),
      )
      expect(joint.logLikelihood(marginals, scores)).to.be.closeTo(Math.log(expected), EXACT)
    })

    it(`adds up what each score says after those before it, deviation ${s}`, () => {
      const marginals = [0.3, 0.62, 0.9]
      const scores = [0.7, 0.2, 0.5]
      const sum = scores.reduce((log, y, i) => {
        const p = at(joint.given(marginals, new Map(scores.slice(0, i).entries())), i)
        return log + y * Math.log(p) + (1 - y) * Math.log(1 - p)
      }, 0)
      expect(joint.logLikelihood(marginals, scores)).to.be.closeTo(sum, EXACT)
    })
  }

  it('keeps its precision after hundreds of outcomes, which leave little doubt', () => {
    const [s, n] = [1.7, 300]
    const [success, other] = [successAt(0.5, s), successAt(0.8, s)]
    const evidence = (t: number) => (4 * success(t) * (1 - success(t))) ** (n / 2)
    const expected = averageOver((t) => evidence(t) * other(t)) / averageOver(evidence)
    const attempts = new Map(Array.from({ length: n }, (_, i) => [i, i % 2]))
    const given = new SharedDifficulty(s).given([...Array<number>(n).fill(0.5), 0.8], attempts)
    expect(given[n]).to.be.closeTo(expected, EXACT)
  })

  it('leaves single probabilities as they are', () => {
    fc.assert(
      fc.property(probabilities, deviation, (marginals, s) => {
        const joint = new SharedDifficulty(s)
        expect([...joint.given(marginals, new Map())]).to.deep.equal(marginals)
        // Averaged over what may come of another LLM, they are the same again.
        const [p] = marginals
        if (p === undefined) return
        const [failed, succeeded] = [0, 1].map((y) => joint.given(marginals, new Map([[0, y]])))
        marginals.slice(1).forEach((q, i) => {
          const average = p * Number(succeeded?.[i + 1]) + (1 - p) * Number(failed?.[i + 1])
          expect(average).to.be.closeTo(q, 1e-7)
        })
        expect(joint.firstToSucceed([p])[0]).to.be.closeTo(p, 1e-7)
      }),
    )
  })

  it('rises with every outcome of the others', () => {
    fc.assert(
      fc.property(probabilities, deviation, score, score, score, (marginals, s, a, b, other) => {
        const joint = new SharedDifficulty(s)
        const after = (y: number) =>
          joint.given(
            marginals,
            new Map([
              [0, y],
              [1, other],
            ]),
          )
        const [low, high] = [after(Math.min(a, b)), after(Math.max(a, b))]
        low.forEach((value, llm) => expect(value).to.be.at.most(at(high, llm) + EXACT))
      }),
    )
  })

  it('lowers every LLM after a failure and raises it after a success, the more the surer the other was', () => {
    const joint = new SharedDifficulty(1.7)
    const after = (p: number, y: number) => at(joint.given([p, 0.6], new Map([[0, y]])), 1)
    expect(after(0.9, 0)).to.be.lessThan(after(0.5, 0))
    expect(after(0.5, 0)).to.be.lessThan(after(0.1, 0))
    expect(after(0.1, 0)).to.be.lessThan(0.6)
    expect(after(0.9, 1)).to.be.greaterThan(0.6)
    expect(after(0.1, 1)).to.be.greaterThan(after(0.9, 1))
  })

  it('gives probabilities of the first to succeed that sum to 1, of the first LLM its own', () => {
    fc.assert(
      fc.property(
        fc.array(score, { minLength: 1, maxLength: 12 }),
        deviation,
        fc.option(score),
        (marginals, s, y) => {
          const attempts = new Map(y === null ? [] : [[0, y]])
          const first = new SharedDifficulty(s).firstToSucceed(marginals, attempts)
          expect(first).to.have.length(marginals.length + 1)
          expect(first.reduce((sum, value) => sum + value, 0)).to.be.closeTo(1, 1e-12)
          for (const value of first) expect(value).to.be.within(0, 1)
        },
      ),
    )
  })

  it('comes to independence as the deviation goes to 0', () => {
    fc.assert(
      fc.property(probabilities, score, (marginals, y) => {
        const [p = NaN, q = NaN] = marginals
        for (const [s, tolerance] of [
          [0, 1e-9],
          [1e-3, 1e-5],
        ] as const) {
          const joint = new SharedDifficulty(s)
          joint.given(marginals, new Map([[0, y]])).forEach((value, llm) => {
            expect(value).to.be.closeTo(at(marginals, llm), tolerance)
          })
          expect(joint.firstToSucceed(marginals)[1]).to.be.closeTo((1 - p) * q, tolerance)
        }
      }),
    )
  })

  it('stays a number for probabilities of 0 and 1 and for what they rule out', () => {
    for (const s of [0, 1.7, 4]) {
      const joint = new SharedDifficulty(s)
      const marginals = [0, 1, 0.5]
      for (const attempts of [
        new Map([[0, 1]]),
        new Map([[1, 0]]),
        new Map([
          [0, 1],
          [1, 0],
        ]),
      ]) {
        for (const value of joint.given(marginals, attempts)) expect(value).to.be.within(0, 1)
        for (const value of joint.firstToSucceed(marginals, attempts)) expect(value).to.be.within(0, 1)
      }
      expect(Number.isFinite(joint.logLikelihood(marginals, [1, 0, 1]))).to.equal(true)
    }
  })

  it('rejects an attempt of an LLM that is not there, and a score that is none', () => {
    const joint = new SharedDifficulty(1)
    expect(() => joint.given([0.5], new Map([[1, 0]]))).to.throw(RangeError)
    for (const y of [-0.1, 1.1, NaN]) {
      expect(() => joint.given([0.5], new Map([[0, y]]))).to.throw('expected a score from 0 to 1')
    }
  })
})
