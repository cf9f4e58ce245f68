import { expect } from 'chai'
import fc from 'fast-check'

import { SharedDifficulty } from '../../src/calibration/sharedDifficulty.js'
import type { Candidate } from '../../src/decision/candidate.js'
import { decide } from '../../src/decision/decide.js'
import { setSufficiency } from '../../src/decision/sufficiency.js'
import { candidate, candidates } from './candidates.js'

/** LLMs that succeed independently, by multiplication. */
function products(ordered: readonly Candidate[]): number[] {
  let left = 1
  const shares = ordered.map(({ probability }) => {
    const share = left * probability
    left -= share
    return share
  })
  return [...shares, left]
}

/** Copies of candidates with their sufficiency. */
function withSufficiency(
  ...[all, isListed, first]: Parameters<typeof setSufficiency<Candidate>>
): Candidate[] {
  const copies = all.map((one) => ({ ...one }))
  setSufficiency(copies, isListed, first)
  return copies
}

const costOf = ({ cost }: Candidate) => cost ?? Infinity

describe('setSufficiency', () => {
  it('is success times the failure of all cheaper ones, and for the most probable that all fail', () => {
    fc.assert(
      fc.property(candidates, fc.boolean(), (all, isListed) => {
        const added = withSufficiency(all, isListed, products)
        const known = all.filter(({ cost }) => cost !== null)
        const isByCost = known.length === all.length || !isListed
        const placed = isByCost ? known : all
        const before = (one: Candidate, other: Candidate) => {
          const isFirst = all.indexOf(other) < all.indexOf(one)
          return isByCost
            ? costOf(other) < costOf(one) || (costOf(other) === costOf(one) && isFirst)
            : isFirst
        }
        const fails = (some: readonly Candidate[]) =>
          some.reduce((p, { probability }) => p * (1 - probability), 1)
        const best = [...placed].sort(
          (a, b) => b.probability - a.probability || costOf(a) - costOf(b) || 0,
        )[0]
        for (const [i, one] of all.entries()) {
          const sufficiency = added[i]?.sufficiency
          if (!placed.includes(one)) {
            expect(sufficiency).to.equal(undefined)
            continue
          }
          const first = one.probability * fails(placed.filter((other) => before(one, other)))
          // Of two that are equally good either may have the rest.
          const isTied = placed.filter(
            ({ probability, cost }) => probability === best?.probability && cost === best.cost,
          )
          if (isTied.length > 1 && isTied.includes(one)) continue
          expect(sufficiency).to.be.closeTo(first + (one === best ? fails(placed) : 0), 1e-12)
        }
        const sum = added.reduce((total, one) => total + (one.sufficiency ?? 0), 0)
        expect(sum).to.be.closeTo(placed.length > 0 ? 1 : 0, 1e-12)
      }),
    )
  })

  it('stays within [0, 1] for the joint of a saved model', () => {
    const difficulty = new SharedDifficulty(1.75)
    fc.assert(
      fc.property(candidates, (all) => {
        const first = (ordered: readonly Candidate[]) =>
          difficulty.firstToSucceed(ordered.map(({ probability }) => probability))
        for (const { sufficiency } of withSufficiency(all, true, first))
          expect(sufficiency).to.be.within(0, 1)
      }),
    )
  })
})

describe('decide by sufficiency', () => {
  const choose = (all: Candidate[], isListed: boolean) =>
    decide({ type: 'sufficient', isListed }, withSufficiency(all, isListed, products))

  it('takes the most probable, with the order in its reason', () => {
    const all = [candidate('strong', 0.9, 5), candidate('weak', 0.6, 1)]
    const byCost = choose(all, true)
    expect(byCost.choice?.llm).to.equal('weak')
    expect(byCost.reason).to.equal('weak is the most likely to be the cheapest LLM that succeeds, with 0.6.')
    expect(byCost.margin).to.be.closeTo(0.2, 1e-12)
    const listed = choose([candidate('strong', 0.9), candidate('weak', 0.6, 1)], true)
    expect(listed.choice?.llm).to.equal('strong')
    expect(listed.reason).to.equal(
      'strong is the most likely to be the first LLM of the list that succeeds, with 0.94; not all costs are known, ' +
        'so the order of the list counts.',
    )
  })

  it('leaves out LLMs of unknown cost where there is no list', () => {
    const { choice, unpriced } = choose([candidate('strong', 0.9), candidate('weak', 0.6, 1)], false)
    expect([choice?.llm, unpriced.map(({ llm }) => llm)]).to.deep.equal(['weak', ['strong']])
    expect(choose([candidate('a', 0.9)], false)).to.include({
      choice: null,
      reason: 'The objective needs costs, and that of no candidate is known.',
    })
  })
})
