import { expect } from 'chai'
import fc from 'fast-check'

import { decide } from '../../src/decision/decide.js'
import { believed } from '../../src/selection/abstention.js'

interface Judged {
  llm: string
  known: string
  probability: number
  standardError: number
  cost: null
  evidence: number | null
}

const candidate = (llm: string, probability: number, evidence: number | null = 50): Judged => ({
  llm,
  known: llm.toUpperCase(),
  probability,
  standardError: 0.3,
  cost: null,
  evidence,
})
const CANDIDATES = [candidate('a', 0.9), candidate('b', 0.5), candidate('c', 0.7, 3)]
const CARD = { abstain: { familiarity: 0.1, evidence: 10 }, guard: { baseline: 'B', z: 1 } }

function decided(change: Partial<Parameters<typeof believed<Judged>>[1]>) {
  const doubts = {
    card: CARD,
    familiarity: 0.5,
    candidates: CANDIDATES,
    abstains: true,
    current: undefined,
    fallback: undefined,
    ...change,
  }
  return believed(decide({ type: 'best' }, doubts.candidates), doubts)
}
const outcome = (change: Parameters<typeof decided>[0]) => {
  const { choice, abstainedReason, fallback } = decided(change)
  return [choice?.llm ?? null, abstainedReason, fallback]
}

describe('believed', () => {
  it('takes back the choice for an unfamiliar prompt, and says so', () => {
    expect(outcome({})).to.deep.equal(['a', null, null])
    expect(outcome({ familiarity: 0.1 })).to.deep.equal(['a', null, null])
    expect(outcome({ familiarity: 0.09 })).to.deep.equal([null, 'familiarity', 'b'])
    const { reason, margin, ranked } = decided({ familiarity: 0 })
    expect(reason).to.equal('The prompt is too unlike the training data to believe in a; b is the fallback.')
    expect(margin).to.equal(null)
    expect(ranked).to.have.length(3)
  })

  it('takes back an LLM that was judged too little on such prompts', () => {
    const [a, b, c] = [candidate('a', 0.6), candidate('b', 0.5), candidate('c', 0.7, 3)]
    const candidates = [a, b, c]
    expect(outcome({ candidates })).to.deep.equal([null, 'evidence', 'b'])
    expect(decided({ candidates }).reason).to.match(
      /^There are too few outcomes on such prompts to believe in c/,
    )
    expect(outcome({ candidates: [a, b, { ...c, evidence: 10 }] })[0]).to.equal('c')
  })

  it('names what the request says, the LLM in use, the baseline, or the most probable', () => {
    const unfamiliar = { familiarity: 0 }
    expect(outcome({ ...unfamiliar, fallback: 'my tier', current: 'c' })[2]).to.equal('my tier')
    expect(outcome({ ...unfamiliar, current: 'c' })[2]).to.equal('c')
    // An LLM in use that was tried, or whose context the prompt exceeds, is no candidate any more.
    expect(outcome({ ...unfamiliar, current: 'x' })[2]).to.equal('b')
    expect(outcome({ ...unfamiliar, card: { abstain: { familiarity: 1 } } })[2]).to.equal('a')
  })

  it('believes in the baseline, and in the only candidate', () => {
    const candidates = [candidate('b', 0.95), candidate('a', 0.9)]
    expect(outcome({ familiarity: 0, candidates })[0]).to.equal('b')
    expect(outcome({ familiarity: 0, candidates: [candidate('a', 0.2, 0)] })[0]).to.equal('a')
  })

  it('gives the fallback of the request for want of a choice too', () => {
    expect(outcome({ candidates: [], fallback: 'x' })).to.deep.equal([null, 'objective', 'x'])
    expect(outcome({ candidates: [] })).to.deep.equal([null, 'objective', null])
  })

  it('abstains only below a bound that there is, of what is known', () => {
    const share = fc.option(fc.double({ min: 0, max: 1, noNaN: true }))
    const count = fc.option(fc.nat(30))
    fc.assert(
      fc.property(
        share,
        share,
        count,
        count,
        fc.boolean(),
        (familiarity, least, evidence, most, abstains) => {
          const card = {
            abstain: {
              ...(least !== null && { familiarity: least }),
              ...(most !== null && { evidence: most }),
            },
          }
          const candidates = [candidate('a', 0.9, evidence), candidate('b', 0.1)]
          const unfamiliar = least !== null && familiarity !== null && familiarity < least
          const unjudged = most !== null && evidence !== null && evidence < most
          const expected = !abstains ? null : unfamiliar ? 'familiarity' : unjudged ? 'evidence' : null
          const own = decided({ card, candidates, familiarity, abstains })
          expect(own.abstainedReason).to.equal(expected)
          expect(own.choice === null).to.equal(expected !== null)
        },
      ),
    )
  })
})
