import { expect } from 'chai'

import {
  BEST,
  budgets,
  guarded,
  sufficient,
  thresholds,
  TRADES,
} from '../../../src/evaluate/decisions/sweeps.js'
import type { Sweep } from '../../../src/evaluate/decisions/sweeps.js'
import type { JudgedCandidate, JudgedCandidates } from '../../../src/evaluate/decisions/judgedChoice.js'
import { at } from '../../../src/numeric/at.js'
import { judgedPrompts } from './candidates.js'

const prompts = judgedPrompts(60)
const largest = (candidates: JudgedCandidates, valueOf: (one: JudgedCandidate) => number) =>
  Math.max(...candidates.map(valueOf))

async function choicesOf({ settings }: Sweep): Promise<{ parameter: number; choices: JudgedCandidate[] }[]> {
  const found = []
  for (const { parameter, choose } of settings) found.push({ parameter, choices: await choose(prompts) })
  return found
}
const sweepNamed = (name: string) => {
  const sweep = TRADES.find((own) => own.name === name)
  if (sweep === undefined) throw new Error(`no sweep ${name}`)
  return sweep
}

describe('sweeps', () => {
  it('choose the most probable LLM if nothing else counts', async () => {
    const [only] = await choicesOf(BEST)
    const probabilities = only?.choices.map(({ probability }) => probability)
    expect(probabilities).to.deep.equal(prompts.map((all) => largest(all, ({ probability }) => probability)))
  })

  it('choose by the worth of a success', async () => {
    for (const { parameter, choices } of await choicesOf(sweepNamed('value'))) {
      const utility = ({ probability, cost }: JudgedCandidate) => parameter * probability - cost
      choices.forEach((choice, p) => expect(utility(choice)).to.equal(largest(at(prompts, p), utility)))
    }
  })

  it('take the fallback where no LLM reaches what is asked for', async () => {
    for (const { parameter, choices } of await choicesOf(sweepNamed('cheapest at least'))) {
      choices.forEach((choice, p) => {
        const best = largest(at(prompts, p), ({ probability }) => probability)
        expect(choice.probability).to.be.at.least(Math.min(parameter, best))
      })
    }
  })

  it('stay in each budget, from the cheapest LLMs to the most probable ones', async () => {
    const found = await choicesOf(budgets(prompts))
    for (const { parameter, choices } of found)
      expect(choices.reduce((sum, { cost }) => sum + cost, 0)).to.be.at.most(parameter * (1 + 1e-9))
    expect(found[0]?.choices.map(({ llm }) => llm)).to.deep.equal(prompts.map(() => 'cheap'))
    const [best] = await choicesOf(BEST)
    const successes = (choices: JudgedCandidate[] = []) =>
      choices.reduce((sum, { probability }) => sum + probability, 0)
    expect(successes(found.at(-1)?.choices)).to.be.closeTo(successes(best?.choices), 1e-9)
  })

  it('guard the candidate with the highest mean', async () => {
    const [none, great] = await choicesOf(guarded([0, 1000]))
    const [best] = await choicesOf(BEST)
    expect(none?.choices).to.deep.equal(best?.choices)
    expect(great?.choices.map(({ llm }) => llm)).to.deep.equal(prompts.map(() => 'costly'))
  })

  it('take the LLM that is most probably the first to succeed by rising cost, or the best if none does', async () => {
    const [only] = await choicesOf(sufficient(0))
    only?.choices.forEach((choice, p) => {
      const candidates = at(prompts, p)
      let failed = 1
      const shares = candidates.map(({ probability }) => {
        const share = failed * probability
        failed *= 1 - probability
        return share
      })
      const best = candidates.findIndex(
        (one) => one.probability === largest(candidates, (any) => any.probability),
      )
      const withRest = shares.map((share, k) => (k === best ? share + failed : share))
      expect(withRest[candidates.findIndex(({ llm }) => llm === choice.llm)]).to.be.closeTo(
        Math.max(...withRest),
        1e-6,
      )
    })
  })

  it('send more prompts to the strong LLM for a lower threshold', async () => {
    const pairs = prompts.map((candidates) => candidates.slice(0, 2))
    const shares = []
    for (const { choose } of thresholds('middle', 'cheap').settings) {
      const choices = await choose(pairs)
      shares.push(choices.filter(({ llm }) => llm === 'middle').length / pairs.length)
    }
    expect(shares[0]).to.equal(1)
    expect(shares.at(-1)).to.equal(0)
    expect(shares).to.deep.equal([...shares].sort((a, b) => b - a))
  })
})
