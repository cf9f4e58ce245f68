import { expect } from 'chai'

import { embeddingMessages, scoreMessages } from '../../../bench/systems/messages.js'

describe('messages of the systems', () => {
  it('ask for scores, and count those of the answer', () => {
    expect(JSON.parse(scoreMessages.body(['x'], 2))).to.deep.equal({
      model: 'dense_network/bench',
      models_to_score: ['llm-000', 'llm-001'],
      prompts: ['x'],
    })
    const answer = JSON.stringify({ scores: { 'llm-000': [0.1, 0.2], 'llm-001': [0.3, 0.4] } })
    scoreMessages.check(answer, 2, 2)
    expect(() => scoreMessages.check(answer, 2, 3)).to.throw('2 LLMs, expected 3')
    expect(() => scoreMessages.check(answer, 1, 2)).to.throw('2 scores of an LLM, expected 1')
  })

  it('ask for embeddings, and count those of the answer', () => {
    const vector = Array.from({ length: 384 }, () => 0)
    const answer = (embedding: number[]) => JSON.stringify({ data: [{ embedding }] })
    embeddingMessages.check(answer(vector), 1, 20)
    expect(() => embeddingMessages.check(answer(vector), 2, 20)).to.throw('1 embeddings, expected 2')
    expect(() => embeddingMessages.check(answer([1]), 1, 20)).to.throw()
  })
})
