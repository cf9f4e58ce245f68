import { expect } from 'chai'

import { modelDescription } from '../../../src/http/openapi/examples.js'
import { llmRow } from '../../../src/numeric/indices.js'
import { askedLlms, jobsOf } from '../../../src/selection/shadow/jobs.js'

const card = { ...modelDescription.card, llms: ['a', 'b', 'c'] }

describe('askedLlms', () => {
  it('has each LLM once, at its first place, by the name of the card', () => {
    const rows = new Map([
      ['vendor/c', llmRow(2)],
      ['a', llmRow(0)],
      ['c', llmRow(2)],
    ])
    expect(askedLlms(rows, card)).to.deep.equal({ names: ['c', 'a'], places: [0, 1] })
  })
})

describe('jobsOf', () => {
  it('has the scores of each prompt, in the order of the names', () => {
    const rows = new Map([
      ['c', llmRow(2)],
      ['a', llmRow(0)],
    ])
    const prompts = ['x', 'y', 'z']
    const seen = {
      ...{ model: 'dense_network/tiny', card, encoder: 'e', prompts, rows, places: undefined },
      embedded: prompts.map(() => ({ vector: Float32Array.of(1), tokens: 3, truncated: false })),
      scores: Float32Array.of(0.5, 0.25, 0.125, 1, 2, 4),
    }
    const jobs = [...jobsOf(seen, askedLlms(rows, card), 2)]
    expect(jobs.map(({ prompt, llms, scores }) => [prompt, llms, scores])).to.deep.equal([
      ['x', ['c', 'a'], [0.5, 1]],
      ['y', ['c', 'a'], [0.25, 2]],
    ])
    const none = { names: [], places: [] }
    expect([...jobsOf({ ...seen, rows: new Map() }, none, 2)]).to.deep.equal([])
  })
})
