import { expect } from 'chai'

import { rankResponseSchema } from '../../src/http/rankSchemas.js'
import { useShippedServer } from './shippedServer.js'

const LLMS = ['gpt-4o-2024-05-13', 'gpt-4-0613', 'llama-3.1-8b-instruct'] as const
const [A, B] = LLMS
const PROMPT = 'Write a Python function that proves, as JSON, that 2 + 2 = 4'

const logit = (p: number) => Math.log(p / (1 - p))

describe('explanations over HTTP', () => {
  const server = useShippedServer()

  const post = (body: object) => server.post('/rank', body)
  const explained = async (fields: object) => {
    const response = await post({ explain: true, candidates: LLMS, ...fields })
    return rankResponseSchema.parse(await response.json()).prompts.map(({ ranked, explanation }) => {
      if (explanation === undefined) throw new Error('expected an explanation')
      return { ranked, ...explanation }
    })
  }

  it('add up to the logit that is answered, from that of the average prompt', async () => {
    for (const outcomes of [{}, { [B]: 0 }]) {
      const [prompt] = await explained({ prompt: PROMPT, outcomes })
      expect(prompt?.ranked.length).to.equal(Object.keys(outcomes).length === 0 ? 3 : 2)
      for (const { llm, probability } of prompt?.ranked ?? []) {
        const { logit: whole, ...parts } = prompt?.contributions[llm] ?? { logit: NaN }
        // Probabilities are rounded to float32.
        expect(whole, llm).to.be.closeTo(logit(probability), 1e-5)
        const sum = Object.values(parts).reduce((a, b) => a + b, 0)
        expect(sum, llm).to.be.closeTo(whole, 1e-9)
      }
    }
  })

  it('are the same average for every prompt, and other parts for another one', async () => {
    const prompts = await explained({ prompts: [PROMPT, 'hi'] })
    const [first, second] = prompts.map(({ contributions }) => contributions[A])
    expect(first?.average).to.equal(second?.average)
    expect(first?.embedding).to.not.equal(second?.embedding)
    expect(first?.format).to.not.equal(0)
    // It asks for nothing in particular.
    expect(second?.format).to.equal(0)
  })

  it('say how often each LLM has succeeded on the nearest kinds, where it was judged', async () => {
    const physics = 'A ball is thrown upwards with a speed of 20 m/s. How high does it rise?'
    const [prompt] = await explained({ prompt: physics })
    expect(prompt?.kinds).to.have.length(3)
    for (const { outcomes, success_rate = {} } of prompt?.kinds ?? []) {
      const judged = LLMS.filter((llm) => (outcomes[llm] ?? 0) > 0)
      expect(Object.keys(success_rate)).to.have.members(judged)
      for (const rate of Object.values(success_rate)) expect(rate).to.be.within(0, 1)
    }
    const [nearest] = prompt?.kinds ?? []
    expect(nearest?.success_rate?.[A]).to.be.greaterThan(
      nearest?.success_rate?.['llama-3.1-8b-instruct'] ?? 1,
    )
  })

  it('say what the outcomes of the request did, and only them', async () => {
    const [before] = await explained({ prompt: PROMPT, candidates: LLMS })
    const [after] = await explained({ prompt: PROMPT, outcomes: { [B]: 0 } })
    expect(before?.contributions[A]?.outcomes).to.equal(0)
    expect(after?.contributions[A]?.outcomes).to.be.below(0)
    expect(after?.contributions[A]?.embedding).to.equal(before?.contributions[A]?.embedding)
    expect(after?.contributions).to.not.have.property(B)
  })

  it('are of the first LLMs that are answered, and absent unless asked for', async () => {
    const [one] = await explained({ prompt: PROMPT, top: 1 })
    expect(Object.keys(one?.contributions ?? {})).to.deep.equal([one?.ranked[0]?.llm])
    const plain = rankResponseSchema.parse(await (await post({ prompt: PROMPT, candidates: LLMS })).json())
    expect(plain.prompts[0]).to.not.have.property('explanation')
  })

  it('are refused for many prompts, and for a model that has no evidence', async () => {
    const prompts = Array.from({ length: 17 }, (_, i) => `prompt ${i}`)
    const many = await post({ prompts, candidates: LLMS, explain: true })
    expect(many.status).to.equal(400)
    expect(await many.text()).to.contain('explain: expected at most 16 prompts to explain, got 17')
    const margin = await post({ prompt: PROMPT, explain: true, model: 'dense_network/llimit-reference' })
    expect(margin.status).to.equal(400)
  })
})
