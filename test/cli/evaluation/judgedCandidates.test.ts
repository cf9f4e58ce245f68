import { expect } from 'chai'

import type { Card } from '../../../src/card.js'
import { pricedPrompts } from '../../../src/cli/evaluation/judgedCandidates.js'
import { rankAnswer } from '../../../src/http/openapi/rankExamples.js'
import { modelDescription } from '../../../src/http/openapi/examples.js'
import { at } from '../../../src/numeric/at.js'
import type { PromptRanking, RankRequest } from '../../../src/selection/ranking.js'
import { tinyLengths } from '../../lengths/tinyLengths.js'
import { judged } from '../../outcomes/judged.js'
import { rejection } from '../../rejection.js'

const { card: lengths } = tinyLengths(1, { embedding: 4, features: 44, counted: [1, 1] })
const evidence = {
  regions: 1,
  outcomes: [10],
  familiarity: [0, 1],
  interval: { level: 0.9, base: 0.3, sparse: 0.4, unfamiliar: 0.5 },
}
const card: Card = { ...modelDescription.card, evidence, lengths }
const row = (prompt: string, source: string, scores: Record<string, number>, tokens = {}) => ({
  prompt,
  source,
  scores,
  tokens,
})
const { outcomes } = judged([
  row('1', 's', { a: 1, b: 0, unpriced: 1 }, { a: 50 }),
  row('2', 's', { a: 0, unpriced: 1 }),
  row('3', 's', { a: 0.5, b: 1 }, { a: 0, b: 20 }),
])
const { outcomes: training } = judged([
  // Three prompts of one source count as much as one of another.
  ...['4', '4', '4'].map((prompt, i) => row(prompt + ' '.repeat(i), 'many', { a: 1 })),
  row('8', 'few', { a: 1 }),
])
const nearest = Float64Array.from(outcomes.score, (_, i) => i / 10)

/** Of a prompt "<n>" each LLM succeeds with n tenths, b a hundredth more often; a token of a costs 1 dollar, of b 2; 100 are expected. */
const asked: RankRequest[] = []
function rank(request: RankRequest) {
  asked.push(request)
  const prompts = request.prompts.map((text): PromptRanking => {
    const ranked = (request.candidates ?? []).map(({ llm, outputTokens }) => {
      const tokens = outputTokens ?? 100
      const price = llm === 'a' ? 1 : 2
      const cost = llm === 'unpriced' ? null : tokens * price
      const [example] = at(rankAnswer.prompts, 0).ranked
      if (example === undefined) throw new Error('no example')
      const probability = Number(text) / 10 + (llm === 'b' ? 0.01 : 0)
      return { ...example, llm, probability, evidence: 3, output_tokens: tokens, cost }
    })
    return { ...at(rankAnswer.prompts, 0), ranked }
  })
  return Promise.resolve({ ...rankAnswer, prompts })
}
const terminal = {
  progress: <T>(_: string, work: (report: () => void) => Promise<T>) => work(() => undefined),
}
const data = { model: 'm', card, outcomes, training, nearest }

describe('pricedPrompts', () => {
  it('has the judged LLMs of known cost, where there are two, as expected and as they turned out', async () => {
    const { prompts, unpriced, pricesAsOf } = await pricedPrompts({ rank }, data, terminal)
    expect(unpriced).to.deep.equal(['unpriced'])
    expect(pricesAsOf).to.deep.equal(rankAnswer.prices_as_of)
    // Of the sources (.4, .4, .4) and (.8), .6 on average.
    const [meanOfA, meanOfB] = [
      { probability: 0.6, cost: 100 },
      { probability: 0.61, cost: 200 },
    ]
    const standardError = Math.sqrt(0.3 ** 2 + 0.4 ** 2 / 4)
    const flat = prompts.flat().map(({ mean, ...own }) => {
      const expected = own.llm === 'a' ? meanOfA : meanOfB
      expect(mean.probability).to.be.closeTo(expected.probability, 1e-12)
      expect(mean.cost).to.be.closeTo(expected.cost, 1e-9)
      return own
    })
    expect(flat).to.deep.equal([
      { llm: 'a', probability: 0.1, standardError, cost: 100, paid: 50, score: 1, nearest: 0 },
      { llm: 'b', probability: 0.11, standardError, cost: 200, paid: 200, score: 0, nearest: 0.1 },
      { llm: 'a', probability: 0.3, standardError, cost: 100, paid: 0, score: 0.5, nearest: 0.5 },
      { llm: 'b', probability: 0.31, standardError, cost: 200, paid: 40, score: 1, nearest: 0.6 },
    ])
    for (const { exactNames, objective } of asked) {
      expect(exactNames).to.equal(true)
      expect(objective).to.deep.equal({ type: 'best' })
    }
  })

  it('needs lengths of answers, and prices', async () => {
    const without = { ...card }
    delete without.lengths
    expect(String(await rejection(pricedPrompts({ rank }, { ...data, card: without }, terminal)))).to.include(
      '--model: expected a model that was trained on the lengths of answers',
    )
    const { outcomes: free } = judged([row('1', 's', { a: 1, unpriced: 1 })])
    expect(
      String(await rejection(pricedPrompts({ rank }, { ...data, outcomes: free }, terminal))),
    ).to.include('expected a prompt with outcomes of two LLMs whose prices are known')
  })
})
