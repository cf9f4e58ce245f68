import { expect } from 'chai'

import { llmMeans, predictGroupMeans, predictLlmMeans } from '../../../src/evaluate/baselines/llmMeans.js'
import { outcomesOfSplit } from '../../../src/evaluate/selectOutcomes.js'
import { judged } from '../../outcomes/judged.js'

describe('LLM means', () => {
  const all = judged([
    { prompt: '1', scores: { a: 1, b: 0 }, source: 's', split: 'train' },
    { prompt: '2', scores: { a: 1, b: 1 }, source: 't', split: 'train' },
    { prompt: '3', scores: { a: 0 }, source: 't', split: 'train' },
    { prompt: '4', scores: { a: 0, b: 0, new: 1 }, source: 't', split: 'dev' },
  ]).outcomes
  const train = outcomesOfSplit(all, 'train').outcomes
  const dev = outcomesOfSplit(all, 'dev').outcomes
  const overall = 3 / 5

  it('are means with one more outcome at the mean of all', () => {
    const expected = [(2 + overall) / 4, (1 + overall) / 3, overall]
    llmMeans(train).forEach((mean, m) => expect(mean).to.be.closeTo(expected[m] ?? NaN, 1e-12))
    expect([...predictLlmMeans(train, dev)]).to.deep.equal([...llmMeans(train)])
  })

  it('by group see the outcomes of the group only, and fall back on the mean of the LLM', () => {
    const [a = NaN, b = NaN, unseen = NaN] = llmMeans(train)
    const found = predictGroupMeans(train, dev, ({ source }) => source)
    const expected = [(1 + 0 + a) / 3, (1 + b) / 2, unseen]
    found.forEach((value, i) => expect(value).to.be.closeTo(expected[i] ?? NaN, 1e-12))
  })
})
