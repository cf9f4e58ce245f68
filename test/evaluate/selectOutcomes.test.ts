import { expect } from 'chai'
import fc from 'fast-check'

import { outcomesOfSplit, selectOutcomes } from '../../src/evaluate/selectOutcomes.js'
import { promptOf } from '../../src/outcomes/outcomes.js'
import { judged } from '../outcomes/judged.js'

describe('selectOutcomes', () => {
  const { outcomes: all } = judged([
    { prompt: 'x', scores: { a: 0, b: 1 }, tokens: { b: 9 }, split: 'dev' },
    { prompt: 'y', scores: { a: 0.5 }, split: 'train' },
    { prompt: 'z', scores: { a: 1, c: 0.25 }, split: 'dev' },
  ])

  it('keeps what it is told to, with the prompts of it and no others', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }), (kept) => {
        const { outcomes, places } = selectOutcomes(all, (i) => kept[i] ?? false)
        const expected = [...kept.keys()].filter((i) => kept[i] === true)
        expect([...places]).to.deep.equal(expected)
        expect([...outcomes.llm]).to.deep.equal(expected.map((i) => all.llm[i]))
        expect([...outcomes.score]).to.deep.equal(expected.map((i) => all.score[i]))
        expect([...(outcomes.tokens ?? [])]).to.deep.equal(expected.map((i) => all.tokens?.[i]))
        expect([...outcomes.prompt].map((p) => outcomes.prompts[p])).to.deep.equal(
          expected.map((i) => promptOf(all, i)),
        )
        expect(outcomes.prompts).to.have.length(new Set(expected.map((i) => all.prompt[i])).size)
      }),
    )
  })

  it('takes a split by its name', () => {
    const { outcomes } = outcomesOfSplit(all, 'dev')
    expect(outcomes.prompts.map(({ text }) => text)).to.deep.equal(['x', 'z'])
    expect(outcomes.llms).to.deep.equal(all.llms)
    expect(outcomesOfSplit(all, 'test').outcomes.prompts).to.deep.equal([])
  })
})
