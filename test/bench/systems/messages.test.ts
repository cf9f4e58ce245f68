import { expect } from 'chai'

import {
  embeddingMessages,
  rankMessages,
  scoreMessages,
  systemOneMessages,
} from '../../../bench/systems/messages.js'
import { llmNames } from '../../../bench/systems/systemUnderTest.js'

const SERVED = { model: 'dense_network/bench', names: llmNames }

describe('messages of the systems', () => {
  it('ask for scores, and count those of the answer', () => {
    const messages = scoreMessages(SERVED)
    expect(JSON.parse(messages.body(['x'], 2))).to.deep.equal({
      model: 'dense_network/bench',
      models_to_score: ['llm-000', 'llm-001'],
      prompts: ['x'],
    })
    const answer = JSON.stringify({ scores: { 'llm-000': [0.1, 0.2], 'llm-001': [0.3, 0.4] } })
    messages.check(answer, 2, 2)
    expect(() => messages.check(answer, 2, 3)).to.throw('2 LLMs, expected 3')
    expect(() => messages.check(answer, 1, 2)).to.throw('2 scores of an LLM, expected 1')
  })

  it('ask for rankings, and count what is ranked', () => {
    const messages = rankMessages(SERVED)
    const { candidates, prompts } = JSON.parse(messages.body(['x'], 2)) as Record<string, unknown>
    expect([candidates, prompts]).to.deep.equal([['llm-000', 'llm-001'], ['x']])
    const answer = JSON.stringify({ prompts: [{ ranked: [{}, {}] }] })
    messages.check(answer, 1, 2)
    expect(() => messages.check(answer, 2, 2)).to.throw('1 rankings, expected 2')
    expect(() => messages.check(answer, 1, 1)).to.throw('2 ranked LLMs, expected 1 to 1')
  })

  it('ask for a label, and count the probabilities', () => {
    const messages = systemOneMessages(SERVED)
    expect(JSON.parse(messages.body(['x'], 1))).to.deep.equal({
      model: 'dense_network/bench',
      state: 'x',
      questions: { llm: { type: 'choice', criteria: { 'llm-000': null } } },
    })
    const answer = JSON.stringify({ answers: { llm: { probabilities: { 'llm-000': 1 } } } })
    messages.check(answer, 1, 1)
    expect(() => messages.check(answer, 1, 2)).to.throw('1 probabilities, expected 2')
  })

  it('ask for embeddings, and count those of the answer', () => {
    const vector = Array.from({ length: 384 }, () => 0)
    const answer = (embedding: number[]) => JSON.stringify({ data: [{ embedding }] })
    embeddingMessages.check(answer(vector), 1, 20)
    expect(() => embeddingMessages.check(answer(vector), 2, 20)).to.throw('1 embeddings, expected 2')
    expect(() => embeddingMessages.check(answer([1]), 1, 20)).to.throw()
  })
})
