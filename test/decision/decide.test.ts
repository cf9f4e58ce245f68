import { expect } from 'chai'
import fc from 'fast-check'

import { guardedChoice } from '../../src/calibration/guard.js'
import { logitOf } from '../../src/calibration/probability.js'
import type { Candidate } from '../../src/decision/candidate.js'
import { decide } from '../../src/decision/decide.js'
import { candidate, candidates, priced } from './candidates.js'

const share = fc.double({ min: 0, max: 1, noNaN: true })

/** By comparing each with each: no other is better by `utility`, then by probability, then by cost. */
function isBestOf(
  all: readonly Candidate[],
  chosen: Candidate,
  utility: (one: Candidate) => number,
): boolean {
  const keys = (one: Candidate) => [-utility(one), -one.probability, one.cost ?? Infinity]
  const isBefore = (a: number[], b: number[]) => {
    const i = a.findIndex((key, n) => key !== b[n])
    return i >= 0 && (a[i] ?? 0) < (b[i] ?? 0)
  }
  return all.includes(chosen) && !all.some((other) => isBefore(keys(other), keys(chosen)))
}

const costIn = ({ cost }: Candidate) => cost ?? Infinity

describe('decide', () => {
  it('best: takes the most probable, whatever it costs', () => {
    fc.assert(
      fc.property(candidates, (all) => {
        const { choice, unpriced, ranked } = decide({ type: 'best' }, all)
        expect(choice !== null && isBestOf(all, choice, ({ probability }) => probability)).to.equal(true)
        expect(unpriced).to.deep.equal([])
        expect(ranked).to.have.length(all.length)
      }),
    )
  })

  it('cheapest: takes the cheapest that is probable enough, or none', () => {
    fc.assert(
      fc.property(candidates, share, (all, least) => {
        const known = all.filter(({ cost }) => cost !== null)
        const { choice, fallback, unpriced } = decide({ type: 'cheapest', at_least: least }, all)
        const enough = known.filter(({ probability }) => probability >= least)
        expect(unpriced).to.have.members(all.filter(({ cost }) => cost === null))
        if (enough.length > 0) {
          expect(choice !== null && isBestOf(enough, choice, (one) => -costIn(one))).to.equal(true)
          expect(fallback).to.equal(null)
          return
        }
        expect(choice).to.equal(null)
        const pool = known.length > 0 ? known : all
        expect(fallback !== null && isBestOf(pool, fallback, ({ probability }) => probability)).to.equal(true)
      }),
    )
  })

  it('cheapest within x of the best', () => {
    fc.assert(
      fc.property(priced, share, (all, within) => {
        const most = Math.max(...all.map(({ probability }) => probability))
        const near = all.filter(({ probability }) => probability >= most - within)
        const { choice } = decide({ type: 'cheapest', within }, all)
        expect(choice !== null && isBestOf(near, choice, (one) => -costIn(one))).to.equal(true)
      }),
    )
  })

  it('value: takes what is worth most, with the margin to the next', () => {
    fc.assert(
      fc.property(priced, fc.double({ min: 0, max: 10, noNaN: true }), (all, dollars) => {
        const utility = (one: Candidate) => one.probability * dollars - costIn(one)
        const { choice, margin, ranked } = decide({ type: 'value', dollars }, all)
        expect(choice !== null && isBestOf(all, choice, utility)).to.equal(true)
        const others = all.filter((one) => one !== choice).map(utility)
        if (others.length === 0 || choice === null) expect(margin).to.equal(null)
        else expect(margin).to.equal(utility(choice) - Math.max(...others))
        const utilities = ranked.map((one) => one.utility ?? -Infinity)
        expect(utilities).to.deep.equal([...utilities].sort((a, b) => b - a))
      }),
    )
  })

  it('dial: is the cheapest at 0, the best at 10, and never less probable at a higher position', () => {
    fc.assert(
      fc.property(priced, share, share, (all, a, b) => {
        const at = (position: number) => decide({ type: 'dial', position }, all).choice
        const [cheapest, best] = [at(0), at(10)]
        expect(cheapest?.cost).to.be.closeTo(Math.min(...all.map(costIn)), 1e-12)
        expect(best !== null && isBestOf(all, best, ({ probability }) => probability)).to.equal(true)
        const [low, high] = [at(10 * Math.min(a, b)), at(10 * Math.max(a, b))]
        expect(high?.probability).to.be.at.least((low?.probability ?? Infinity) - 1e-9)
      }),
    )
  })

  it('threshold: takes the strong LLM if it is ahead by more', () => {
    fc.assert(
      fc.property(share, share, fc.double({ min: -1, max: 1, noNaN: true }), (strong, weak, threshold) => {
        const all = [candidate('weak', weak), candidate('other', 1), candidate('strong', strong)]
        const objective = { type: 'threshold', strong: 'strong', weak: 'weak', threshold } as const
        const { choice, ranked } = decide(objective, all)
        expect(choice?.llm).to.equal(strong - weak - threshold > 0 ? 'strong' : 'weak')
        expect(ranked).to.have.length(2)
      }),
    )
  })

  it('threshold: has no choice where one of the two is no candidate', () => {
    const objective = { type: 'threshold', strong: 's', weak: 'w', threshold: 0 } as const
    const { choice, fallback, reason } = decide(objective, [candidate('w', 0.2), candidate('x', 0.9)])
    expect([choice, fallback?.llm]).to.deep.equal([null, 'w'])
    expect(reason).to.equal('s and w are not both candidates for this prompt.')
  })

  it('guarded: follows the guard, with twice z for one that costs more', () => {
    fc.assert(
      fc.property(candidates, fc.nat(), fc.double({ min: 0, max: 3, noNaN: true }), (all, any, z) => {
        const baseline = all[any % all.length]
        const sorted = decide({ type: 'best' }, all)
        const [first] = sorted.ranked
        if (baseline === undefined || first === undefined) return
        const best = first.candidate
        const dearer = best.cost !== null && baseline.cost !== null && best.cost > baseline.cost
        const pair = [best, baseline].map(({ probability, standardError }) => ({
          logit: logitOf(probability),
          standardError: standardError ?? Infinity,
        }))
        const expected = [best, baseline][guardedChoice(pair, 1, dearer ? 2 * z : z)]
        const { choice, margin } = decide({ type: 'guarded', baseline: baseline.llm, z }, all)
        expect(choice).to.equal(expected)
        if (choice !== best) expect(margin).to.be.at.most(0)
      }),
    )
  })

  it('guarded: has no choice without its baseline', () => {
    const { choice, fallback } = decide({ type: 'guarded', baseline: 'gone', z: 1 }, [candidate('a', 0.5)])
    expect([choice, fallback?.llm]).to.deep.equal([null, 'a'])
  })

  it('stays with the current LLM unless a switch to a less probable one pays', () => {
    const all = [candidate('strong', 0.9, 0.05), candidate('weak', 0.8, 0.01)]
    const value = { type: 'value', dollars: 0.1 } as const
    // 0.07 for weak, 0.04 for strong
    const chosen = (llm: string, switchMargin: number) => decide(value, all, { llm, switchMargin })
    expect(chosen('strong', 0.02).choice?.llm).to.equal('weak')
    const stays = chosen('strong', 0.04)
    expect(stays.choice?.llm).to.equal('strong')
    expect(stays.margin).to.be.closeTo(-0.03, 1e-12)
    expect(stays.reason).to.equal('Staying with strong, with 0.9: a switch to weak, with 0.8, does not pay.')
    expect(chosen('weak', 9).choice?.llm).to.equal('weak')
    expect(decide({ type: 'best' }, all, { llm: 'weak', switchMargin: 9 }).choice?.llm).to.equal('strong')
  })

  it('has no choice where a cost is needed and none is known, and none without candidates', () => {
    const { choice, fallback, unpriced, reason } = decide({ type: 'value', dollars: 1 }, [
      candidate('a', 0.5),
      candidate('b', 0.7),
    ])
    expect([choice, fallback?.llm, unpriced.length]).to.deep.equal([null, 'b', 2])
    expect(reason).to.equal('The objective needs costs, and that of no candidate is known.')
    expect(decide({ type: 'best' }, [])).to.deep.equal({
      choice: null,
      reason: 'No candidate is left for this prompt.',
      fallback: null,
      ranked: [],
      unpriced: [],
      pareto: [],
      margin: null,
    })
  })

  it('gives its reason in a sentence', () => {
    const all = [candidate('dear', 0.9, 0.05), candidate('cheap', 0.8123, 0.00123456)]
    const reason = (objective: Parameters<typeof decide>[0]) => decide(objective, all).reason
    expect(reason({ type: 'best' })).to.equal('dear is the most likely to succeed, with 0.9.')
    expect(reason({ type: 'cheapest', within: 0.1 })).to.equal(
      'cheap is the cheapest with a probability of at least 0.8: 0.812 for $0.00123.',
    )
    expect(reason({ type: 'cheapest', at_least: 0.95 })).to.equal(
      'No candidate of known cost has a probability of at least 0.95; dear has 0.9.',
    )
    expect(reason({ type: 'threshold', strong: 'dear', weak: 'cheap', threshold: 0.2 })).to.equal(
      'dear is ahead of cheap by 0.0877, not more than the threshold of 0.2.',
    )
    expect(reason({ type: 'guarded', baseline: 'cheap', z: 9 })).to.equal(
      'dear is not clearly better than the baseline cheap: 0.9 and 0.812.',
    )
  })
})
