import { expect } from 'chai'

import { rankResponseSchema } from '../../src/http/rankSchemas.js'
import type { ErrorBody } from '../http/runningApp.js'
import { useShippedServer } from './shippedServer.js'

/** The shipped saved model over real HTTP, asked by the names that people use. */
describe('names in POST /rank', () => {
  const server = useShippedServer()

  const ask = (fields: object) => server.post('/rank', { prompt: 'What is Python?', ...fields })
  const rank = async (fields: object) => {
    const answer = rankResponseSchema.parse(await (await ask(fields)).json())
    const [first] = answer.prompts
    if (first === undefined) throw new Error('expected a ranking')
    return { ...answer, first }
  }
  const faultsOf = async (fields: object) => {
    const response = await ask(fields)
    const { code, errors } = (await response.json()) as ErrorBody
    return [response.status, code, ...(errors ?? []).map(({ message }) => message)]
  }

  it('keys the answer by the names as asked, and says what they were resolved to', async () => {
    const candidates = ['openai/gpt-4', 'Claude-2', 'gpt-3.5-turbo-0125']
    const { first, resolved_names, unknown, suggestions } = await rank({ candidates })
    expect(resolved_names).to.deep.equal({ 'openai/gpt-4': 'gpt-4-0613', 'Claude-2': 'claude-2' })
    expect([unknown, suggestions]).to.deep.equal([[], {}])
    expect(first.ranked.map(({ llm }) => llm)).to.have.members(candidates)
    expect(candidates).to.include(first.choice)
    const exact = await rank({ candidates: ['gpt-4-0613', 'claude-2', 'gpt-3.5-turbo-0125'] })
    expect(exact.resolved_names).to.deep.equal({})
    expect(first.ranked.map(({ probability }) => probability)).to.deep.equal(
      exact.first.ranked.map(({ probability }) => probability),
    )
  })

  it('answers the same candidates again as before, and others as themselves', async () => {
    const candidates = [{ name: 'openai/gpt-4', input_price: 30, output_price: 60 }, 'Claude-2', 'gpt-9-mini']
    const dearer = [{ name: 'openai/gpt-4', input_price: 60, output_price: 60 }, 'Claude-2', 'gpt-9-mini']
    const [first, other, again] = [
      await rank({ candidates }),
      await rank({ candidates: dearer }),
      await rank({ candidates }),
    ]
    expect(again).to.deep.equal(first)
    const priceIn = ({ first: { ranked } }: typeof first) =>
      ranked.find(({ llm }) => llm === 'openai/gpt-4')?.input_price
    expect([priceIn(first), priceIn(other)]).to.deep.equal([30, 60])
    expect((await faultsOf({ candidates, exact_names: true })).slice(0, 2)).to.deep.equal([
      400,
      'UNKNOWN_LLM',
    ])
  })

  it('leaves out names that are unknown, with those that may be meant', async () => {
    const { unknown, suggestions } = await rank({ candidates: ['gpt-4', 'gpt-9-mini', 'dall-e-3'] })
    expect(unknown).to.deep.equal(['gpt-9-mini', 'dall-e-3'])
    expect(suggestions['gpt-9-mini']?.[0]).to.match(/^gpt-/)
    expect(suggestions['dall-e-3']).to.deep.equal([])
  })

  it('refuses other names where they must be exact', async () => {
    const exact = { exact_names: true, candidates: ['claude-2', 'gpt-4', 'dall-e-3'] }
    const faults = await faultsOf(exact)
    expect(faults.slice(0, 2)).to.deep.equal([400, 'UNKNOWN_LLM'])
    expect(faults[2]).to.match(/^candidates\[1\]: .* got "gpt-4"; nearest known names: gpt-4-0613,/)
    expect(faults[3]).to.match(/^candidates\[2\]: .* got "dall-e-3"; no known name is close$/)
    expect((await faultsOf({ exact_names: true, outcomes: { 'gpt-4': 0 } }))[2]).to.match(/^outcomes.gpt-4: /)
    expect((await rank({ exact_names: true, candidates: ['gpt-4-0613'] })).first.choice).to.equal(
      'gpt-4-0613',
    )
  })

  it('takes two names of one LLM for two candidates with their own prices', async () => {
    const candidates = [
      { name: 'openai/gpt-4', input_price: 30, output_price: 60 },
      { name: 'azure/gpt-4', input_price: 20, output_price: 40 },
    ]
    const { first } = await rank({ candidates, output_tokens: 100, objective: { type: 'value', dollars: 1 } })
    expect(first.choice).to.equal('azure/gpt-4')
    const [a, b] = first.ranked
    expect(a?.probability).to.equal(b?.probability)
    expect(a?.cost).to.be.lessThan(b?.cost ?? NaN)
    expect(first.pareto).to.deep.equal(['azure/gpt-4'])
    const tried = await rank({ candidates: [...candidates, 'claude-2'], outcomes: { 'gpt-4': 0 } })
    expect(tried.first.excluded.tried).to.deep.equal(['openai/gpt-4', 'azure/gpt-4'])
  })

  it('takes the LLMs of objective and current by any of their names', async () => {
    const candidates = ['openai/gpt-4', 'claude-2']
    const objective = { type: 'threshold', strong: 'gpt-4-0613', weak: 'anthropic/claude-2', threshold: -1 }
    const { first, resolved_names } = await rank({ candidates, objective })
    expect(first.choice).to.equal('openai/gpt-4')
    expect(resolved_names).to.deep.equal({ 'openai/gpt-4': 'gpt-4-0613', 'anthropic/claude-2': 'claude-2' })
    const [better, worse] = (await rank({ candidates })).first.ranked
    const current = { llm: worse?.llm === 'claude-2' ? 'anthropic/claude-2' : 'gpt-4' }
    expect((await rank({ candidates, current })).first.choice).to.equal(better?.llm)
    const guarded = { type: 'guarded', baseline: 'gpt-4', z: 1e6 }
    expect((await rank({ candidates, objective: guarded })).first.choice).to.equal('openai/gpt-4')
    const same = { type: 'threshold', strong: 'gpt-4', weak: 'openai/gpt-4', threshold: 0 }
    expect(await faultsOf({ candidates, objective: same })).to.deep.equal([
      400,
      'INVALID_REQUEST',
      'objective.weak: expected another LLM than objective.strong, got "openai/gpt-4"',
    ])
  })

  it('takes * alone for all, which is the default', async () => {
    const all = await rank({})
    expect(all.first.ranked).to.have.length.greaterThan(500)
    expect(await rank({ candidates: ['*'] })).to.deep.equal(all)
    const { first } = await rank({ candidates: [{ name: '*', input_price: 0, output_price: 0 }], top: 1 })
    expect(first.ranked[0]?.cost).to.equal(0)
    expect(first.excluded.unknown_cost).to.deep.equal([])
  })
})
