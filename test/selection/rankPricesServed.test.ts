import { mkdtempSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'

import { expect } from 'chai'

import { rankResponseSchema } from '../../src/http/rankSchemas.js'
import { llmListSchema } from '../../src/http/llmSchemas.js'
import { useShippedServer } from './shippedServer.js'

const PROMPT = 'What is Python?'
const FILE = {
  as_of: '2026-11-01',
  prices: [
    { names: ['gpt-4o'], input_price: 7, output_price: 9, context_limit: 140 },
    {
      names: ['my-gateway/claude-3-opus'],
      input_price: 1,
      output_price: 2,
      tiers: [{ above: 100, input_price: 3, output_price: 4 }],
    },
  ],
}

describe('prices in POST /rank', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'llimit-prices-'))
  const file = path.join(folder, 'prices.json')
  writeFileSync(file, JSON.stringify(FILE))
  after(() => rm(folder, { recursive: true }))

  const shipped = useShippedServer()
  const withFile = useShippedServer({ LLIMIT_PRICES: file })

  const rank = async (server: typeof shipped, fields: object) => {
    const body = { prompt: PROMPT, output_tokens: 100, ...fields }
    const answer = rankResponseSchema.parse(await (await server.post('/rank', body)).json())
    const [first] = answer.prompts
    if (first === undefined) throw new Error('expected a ranking')
    const ofLlm = (llm: string) => {
      const own = first.ranked.find((one) => one.llm === llm)
      if (own === undefined) throw new Error(`expected ${llm} among the ranked`)
      return own
    }
    return { ...answer, first, ofLlm }
  }
  const priceOf = ({ input_price, output_price, price_source, listed_as }: PricedEntry) => [
    input_price,
    output_price,
    price_source,
    listed_as,
  ]
  type PricedEntry = ReturnType<Awaited<ReturnType<typeof rank>>['ofLlm']>

  it('are those of the table by default, at the provider that the name says', async () => {
    const candidates = ['gpt-4o-2024-05-13', 'openrouter/openai/gpt-4o-mini', 'athene-70b']
    const { first, ofLlm, prices_as_of } = await rank(shipped, {
      candidates,
      objective: { type: 'cheapest', within: 1 },
    })
    expect(Object.keys(prices_as_of)).to.deep.equal(['table'])
    const strong = ofLlm('gpt-4o-2024-05-13')
    expect(priceOf(strong)).to.deep.equal([5, 15, 'table', 'openai/gpt-4o-2024-05-13'])
    expect(strong.input_tokens).to.equal(first.input_tokens)
    expect(strong.cost).to.be.closeTo((5 * first.input_tokens + 15 * 100) / 1e6, 1e-15)
    expect(ofLlm('openrouter/openai/gpt-4o-mini').listed_as).to.equal('openrouter/openai/gpt-4o-mini')
    // Nobody lists it: it cannot be the cheapest.
    expect(first.excluded.unknown_cost).to.deep.equal(['athene-70b'])
    expect(first.choice).to.equal('openrouter/openai/gpt-4o-mini')
  })

  it('are unknown, not zero, where nobody says them', async () => {
    const { ofLlm } = await rank(shipped, { candidates: ['athene-70b', 'gpt-4o'] })
    expect(priceOf(ofLlm('athene-70b'))).to.deep.equal([null, null, null, null])
    expect(ofLlm('athene-70b').cost).to.equal(null)
  })

  it('of the file win over the table, those of the request over both', async () => {
    const candidates = ['openai/gpt-4o', 'gpt-4o-2024-05-13', { name: 'o1', input_price: 0, output_price: 0 }]
    const { ofLlm, prices_as_of } = await rank(withFile, { candidates: [...candidates, 'o3'] })
    expect(prices_as_of.file).to.equal('2026-11-01')
    expect(priceOf(ofLlm('gpt-4o-2024-05-13'))).to.deep.equal([7, 9, 'file', 'gpt-4o'])
    expect(priceOf(ofLlm('o1'))).to.deep.equal([0, 0, 'request', null])
    expect(ofLlm('o1').cost).to.equal(0)
    expect(priceOf(ofLlm('o3')).slice(2)).to.deep.equal(['table', 'openai/o3'])
  })

  it('depend on the length of the prompt where they have tiers', async () => {
    const llm = 'my-gateway/claude-3-opus'
    const short = await rank(withFile, { candidates: [llm] })
    expect(priceOf(short.ofLlm(llm)).slice(0, 2)).to.deep.equal([1, 2])
    const long = await rank(withFile, { candidates: [llm], prompt: 'word '.repeat(200) })
    const own = long.ofLlm(llm)
    expect(priceOf(own).slice(0, 2)).to.deep.equal([3, 4])
    expect(own.cost).to.be.closeTo((3 * own.input_tokens + 4 * 100) / 1e6, 1e-15)
  })

  it('wants both prices of a request, or none', async () => {
    const body = { prompt: PROMPT, candidates: [{ name: 'o1', input_price: 1 }] }
    const response = await shipped.post('/rank', body)
    expect(response.status).to.equal(400)
    expect(await response.text()).to.include(
      'candidates[0]: expected input_price and output_price, or neither',
    )
  })

  it('come with context limits: of the request, the file, the catalogue, the table', async () => {
    const excluded = async (server: typeof shipped, candidates: unknown[], words: number) => {
      const fields = { candidates: [...candidates, 'gemini-1.5-pro'], prompt: 'word '.repeat(words) }
      return (await rank(server, fields)).first.excluded.over_context_limit
    }
    expect(await excluded(withFile, ['gpt-4o'], 60)).to.deep.equal(['gpt-4o'])
    expect(await excluded(withFile, [{ name: 'gpt-4o', context_limit: 9999 }], 60)).to.deep.equal([])
    expect(await excluded(shipped, ['gpt-4o', 'gpt-4'], 9000)).to.deep.equal(['gpt-4'])
    // The catalogue has no limit of it, the table has.
    expect(await excluded(shipped, ['phi-4-reasoning-plus', 'olmo-3-32b-think'], 30_000)).to.deep.equal([])
    expect(await excluded(shipped, ['lfm-2-24b-a2b', 'deepseek-r1-distill-llama-70b'], 9000)).to.deep.equal([
      'deepseek-r1-distill-llama-70b',
    ])
  })

  it('stand in GET /llms with their source and day', async () => {
    const { llms } = llmListSchema.parse(await (await shipped.get('/llms')).json())
    const { price, context_limit } = llms.find(({ name }) => name === 'gpt-4o-2024-05-13') ?? {}
    expect(context_limit).to.equal(128_000)
    expect(price).to.deep.include({ input_price: 5, output_price: 15, source: 'table' })
    expect(price?.as_of).to.match(/^20\d\d-\d\d-\d\d$/)
    const tiered = llms.find(({ name }) => name === 'claude-sonnet-4-5')?.price
    expect(tiered?.tiers).to.deep.equal([{ above: 200_000, input_price: 6, output_price: 22.5 }])
    expect(llms.find(({ name }) => name === 'athene-70b')).to.not.have.property('price')
  })
})
