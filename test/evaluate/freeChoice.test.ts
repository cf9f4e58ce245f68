import { expect } from 'chai'

import { describeFreeChoice, freeChoiceOf } from '../../src/evaluate/freeChoice.js'
import { judged } from '../outcomes/judged.js'

describe('freeChoiceOf', () => {
  const { outcomes: training } = judged([
    { prompt: '1', source: 'easy', category: 'chat', scores: { weak: 1, both: 1 } },
    { prompt: '2', source: 'hard', category: 'code', scores: { both: 0, strong: 1 } },
    { prompt: '3', source: 'other', category: 'code', scores: { coder: 1 } },
    { prompt: '4', scores: { nowhere: 1 } },
  ])
  const { prompts } = judged([
    { prompt: 'a', source: 'hard', category: 'code', scores: { both: 1 } },
    { prompt: 'b', source: 'hard', category: 'code', scores: { both: 1 } },
    { prompt: 'c', source: 'hard', category: 'code', scores: { both: 1 } },
    { prompt: 'd', source: 'new', category: 'chat', scores: { both: 1 } },
    { prompt: 'e', scores: { both: 1 } },
  ]).outcomes

  it('counts the prompts whose LLM was judged on neither their source nor their category', () => {
    // strong was judged on the source, coder on the category, weak on neither; of prompt e there is no kind.
    const found = freeChoiceOf(prompts, ['strong', 'coder', 'weak', 'nowhere', 'nowhere'], training)
    expect(found).to.deep.equal({ prompts: 4, unsupported: 2, llms: { weak: 1, nowhere: 1 } })
  })

  it('names the LLM first that gets the most of them', () => {
    const found = freeChoiceOf(prompts, ['weak', 'nowhere', 'nowhere', 'both', 'both'], training)
    expect(Object.entries(found?.llms ?? {})).to.deep.equal([
      ['nowhere', 2],
      ['weak', 1],
    ])
  })

  it('is nothing to speak of if no prompt has a source or a category', () => {
    expect(freeChoiceOf(prompts.slice(4), ['both'], training)).to.equal(undefined)
  })
})

describe('describeFreeChoice', () => {
  it('gives the share, and the LLMs that are chosen most often', () => {
    const llms = { a: 3, b: 1 }
    expect(describeFreeChoice({ prompts: 10, unsupported: 4, llms })).to.match(
      /send 40\.0 % of the prompts .* most often a, b$/,
    )
    expect(describeFreeChoice({ prompts: 1, unsupported: 0, llms: {} })).to.match(
      /send 0\.0 % .* cannot see$/,
    )
  })
})
