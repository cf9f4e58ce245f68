import { expect } from 'chai'

import { rowsByName } from '../../src/numeric/indices.js'
import { rowsOfLlms } from '../../src/selection/llmRows.js'
import { thrownBy } from '../rejection.js'

const known = rowsByName(['gpt-4o', 'gpt-4o-mini', 'llama-3-8b', '__proto__'])

const errorFor = (llms: string[]) => thrownBy(() => rowsOfLlms(llms, 'dense_network/x', known))

describe('rowsOfLlms', () => {
  it('keeps the order of the request and counts a name once', () => {
    const rows = rowsOfLlms(['llama-3-8b', 'gpt-4o', 'llama-3-8b', '__proto__'], 'dense_network/x', known)
    expect([...rows]).to.deep.equal([
      ['llama-3-8b', 2],
      ['gpt-4o', 0],
      ['__proto__', 3],
    ])
  })

  it('names all unknown LLMs at once and suggests the nearest', () => {
    const error = errorFor(['gpt-4o', 'GPT-4o', 'lama-3-8b', 'constructor'])
    expect(error.code).to.equal('UNKNOWN_LLM')
    expect(error.message).to.equal(
      'The model dense_network/x does not know these LLMs: "GPT-4o", "lama-3-8b", "constructor"',
    )
    expect(error.errors.map(({ path }) => path)).to.deep.equal([
      'models_to_score[1]',
      'models_to_score[2]',
      'models_to_score[3]',
    ])
    expect(error.errors[0]?.message).to.match(/nearest known names: gpt-4o,/)
    expect(error.errors[1]?.message).to.match(/nearest known names: llama-3-8b,/)
  })

  it('stays short when a request names thousands', () => {
    const error = errorFor(Array.from({ length: 5000 }, (_, i) => `${i}-${'x'.repeat(1000)}`))
    expect(error.errors).to.have.length(20)
    expect(error.message).to.match(/and 4980 more$/)
    expect(error.message.length).to.be.lessThan(3000)
  })
})
