import { expect } from 'chai'

import { NameResolver } from '../../src/catalogue/nameResolver.js'
import { rowsByName } from '../../src/numeric/indices.js'
import { rowsOfLlms } from '../../src/selection/llmRows.js'
import { thrownBy } from '../rejection.js'

const NAMES = ['gpt-4o', 'gpt-4o-mini', 'llama-3-8b', '__proto__', 'claude-2-20230711']

function rowsFor(llms: string[], resolves = false, resolver = () => new NameResolver(NAMES, new Map())) {
  return rowsOfLlms(llms, { model: 'dense_network/x', rows: rowsByName(NAMES), resolver, resolves })
}

const errorFor = (llms: string[]) => thrownBy(() => rowsFor(llms))

describe('rowsOfLlms', () => {
  it('keeps the order of the request, counts a name once and needs no resolver', () => {
    const { rows, resolved } = rowsFor(['llama-3-8b', 'gpt-4o', 'llama-3-8b', '__proto__'], true, () => {
      throw new Error('asked for a resolver')
    })
    expect([...rows]).to.deep.equal([
      ['llama-3-8b', 2],
      ['gpt-4o', 0],
      ['__proto__', 3],
    ])
    expect(resolved.size).to.equal(0)
  })

  it('resolves names where it may, and tells which', () => {
    const { rows, resolved } = rowsFor(['claude-2', 'gpt-4o', 'openai/GPT-4o', 'claude-2'], true)
    expect([...rows]).to.deep.equal([
      ['claude-2', 4],
      ['gpt-4o', 0],
      ['openai/GPT-4o', 0],
    ])
    expect([...resolved]).to.deep.equal([
      ['claude-2', 'claude-2-20230711'],
      ['openai/GPT-4o', 'gpt-4o'],
    ])
    expect(thrownBy(() => rowsFor(['gpt-4o', 'dall-e-3'], true)).errors).to.deep.equal([
      {
        path: 'models_to_score[1]',
        message:
          'models_to_score[1]: expected an LLM of dense_network/x, got "dall-e-3"; no known name is close',
      },
    ])
  })

  it('takes * alone for all, by their own names', () => {
    expect([...rowsFor(['*']).rows.keys()]).to.deep.equal(NAMES)
    expect(rowsFor(['*'], true).resolved.size).to.equal(0)
    expect(errorFor(['*', 'gpt-4o']).message).to.match(/does not know these LLMs: "\*"$/)
  })

  it('names all unknown LLMs at once and suggests the nearest', () => {
    const error = errorFor(['gpt-4o', 'GPT-4o', 'lama-3-8b', 'constructor'])
    expect(error.code).to.equal('UNKNOWN_LLM')
    expect(error.message).to.match(
      /^The model dense_network\/x does not know these LLMs: "GPT-4o" \(nearest: gpt-4o, .*\), "lama-3-8b" \(nearest: llama-3-8b\), "constructor"$/,
    )
    expect(error.errors.map(({ path }) => path)).to.deep.equal([
      'models_to_score[1]',
      'models_to_score[2]',
      'models_to_score[3]',
    ])
    expect(error.errors[0]?.message).to.match(/nearest known names: gpt-4o,/)
    expect(error.errors[1]?.message).to.match(/nearest known names: llama-3-8b$/)
  })

  it('stays short when a request names thousands', () => {
    const error = errorFor(Array.from({ length: 5000 }, (_, i) => `${i}-${'x'.repeat(1000)}`))
    expect(error.errors).to.have.length(20)
    expect(error.message).to.match(/and 4980 more$/)
    expect(error.message.length).to.be.lessThan(3000)
  })
})
