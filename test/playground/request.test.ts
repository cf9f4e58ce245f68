import { expect } from 'chai'

import { rankRequestSchema } from '../../src/http/rankSchemas.js'
import { rankResponse } from '../../src/http/openapi/rankExamples.js'
import type { RankAnswer } from '../../src/playground/api.js'
import { rankBody, shortened } from '../../src/playground/request.js'
import { START } from '../../src/playground/state.js'

/** The compiler holds what the page reads to what the server answers. */
const answer: RankAnswer = rankResponse

describe('the request of the playground', () => {
  it('is one that the server takes', () => {
    const states = [
      START,
      {
        ...START,
        model: 'dense_network/default',
        llms: ['gpt-4o', 'claude-3-opus'],
        outputTokens: 0,
        abstains: false,
      },
      { ...START, form: 'prompts' as const, text: 'one\ntwo', objective: 'budget' as const, amount: 0.5 },
      { ...START, form: 'messages' as const, text: 'User: one' },
    ]
    for (const state of states) {
      const body = rankBody(state)
      expect(rankRequestSchema.parse(body)).to.deep.include(body)
    }
    expect(rankBody({ ...START, llms: ['a'], outputTokens: 7 })).to.deep.equal({
      prompt: START.text,
      candidates: ['a'],
      output_tokens: 7,
      objective: { type: 'value', dollars: 0.01 },
    })
  })

  it('waits for what is missing', () => {
    expect(rankBody({ ...START, text: '' })).to.equal(undefined)
    expect(rankBody({ ...START, objective: 'threshold' })).to.equal(undefined)
  })

  it('asks for fewer LLMs of many prompts', () => {
    const body = (prompts: string[]) => ({ prompts, objective: { type: 'best' } })
    expect(shortened(body(['a', 'b']))).to.deep.equal(body(['a', 'b']))
    expect(shortened(body(['a', 'b', 'c', 'd', 'e']))).to.have.property('top')
  })

  it('reads the fields that an answer has', () => {
    const [prompt] = answer.prompts
    const [first] = prompt?.ranked ?? []
    expect(prompt).to.include.keys(
      'choice',
      'reason',
      'fallback',
      'excluded',
      'pareto',
      'input_tokens',
      'familiarity',
    )
    expect(first).to.include.keys('llm', 'probability', 'low', 'high', 'evidence', 'output_tokens', 'cost')
    expect(answer).to.include.keys('model', 'read', 'unknown', 'prices_as_of')
  })
})
