import { expect } from 'chai'

import { byMaker, search } from '../../src/playground/makers.js'

const MAKERS = byMaker([
  { name: 'gpt-10', maker: 'OpenAI' },
  { name: 'mystery' },
  { name: 'riddle' },
  { name: 'puzzle' },
  { name: 'claude-2', maker: 'Anthropic' },
  { name: 'gpt-4', maker: 'OpenAI' },
  { name: 'gemma-2', maker: 'Google' },
])

describe('LLMs by maker', () => {
  it('has the makers of most LLMs first, LLMs of no known maker last, versions in their order', () => {
    expect(MAKERS).to.deep.equal([
      { name: 'OpenAI', llms: ['gpt-4', 'gpt-10'] },
      { name: 'Anthropic', llms: ['claude-2'] },
      { name: 'Google', llms: ['gemma-2'] },
      { name: 'Other makers', llms: ['mystery', 'puzzle', 'riddle'] },
    ])
  })

  it('finds by words of maker and name, in any order and case', () => {
    expect(search(MAKERS, '4 openai')).to.deep.equal([{ name: 'OpenAI', llms: ['gpt-4'] }])
    expect(search(MAKERS, ' -2 ').map(({ name }) => name)).to.deep.equal(['Anthropic', 'Google'])
    expect(search(MAKERS, '')).to.deep.equal(MAKERS)
    expect(search(MAKERS, 'gpt gemma')).to.deep.equal([])
  })
})
