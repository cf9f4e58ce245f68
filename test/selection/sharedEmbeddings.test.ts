import { expect } from 'chai'

import { StaticEmbedder } from '../../src/embedding/staticEmbedder.js'
import { decisionsResponseSchema } from '../../src/http/decisions/decisionsSchemas.js'
import { systemOneResponseSchema } from '../../src/http/decisions/systemOneSchemas.js'
import { useShippedServer } from './shippedServer.js'

const NAMES = ['openai/gpt-4o', 'gpt-4o-mini', 'o1']

describe('several questions about one prompt', () => {
  const { post } = useShippedServer({ LLIMIT_CACHE_MB: '0' })

  /** Every prompt that is encoded. */
  const encoded: string[] = []
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its own `this`
  const { embed } = StaticEmbedder.prototype
  before(async () => {
    // It is loaded, which encodes the prompts of its reference.
    await post('/rank', { prompt: 'x', candidates: NAMES })
    StaticEmbedder.prototype.embed = function (prompts, ...rest) {
      encoded.push(...prompts)
      return embed.call(this, prompts, ...rest)
    }
  })
  after(() => (StaticEmbedder.prototype.embed = embed))
  beforeEach(() => encoded.splice(0))

  it('encode it once in /v1/decisions, without a cache', async () => {
    const choice = { type: 'choice', instructions: 'x', choices: NAMES.map((value) => ({ value })) }
    const predicate = { type: 'predicate', name: 'o1', instructions: 'Will o1 answer correctly?' }
    const body = { model: 'llimit', input: 'What is Python?', questions: [choice, predicate, choice] }
    const { answers } = decisionsResponseSchema.parse(await (await post('/v1/decisions', body)).json())
    expect(answers.map(({ type }) => type)).to.deep.equal(['choice', 'predicate', 'choice'])
    expect(answers[2]).to.deep.equal(answers[0])
    expect(encoded).to.deep.equal(['What is Python?'])
  })

  it('encode it once in /v1/systemone, and the next request again', async () => {
    const criteria = Object.fromEntries(NAMES.map((name) => [name, null]))
    const questions = { a: { type: 'choice', criteria }, o1: { type: 'noul' } }
    for (const state of ['first', 'first']) {
      const answer = await (await post('/v1/systemone', { model: 'llimit', state, questions })).json()
      expect(Object.keys(systemOneResponseSchema.parse(answer).answers)).to.deep.equal(['a', 'o1'])
    }
    expect(encoded).to.deep.equal(['first', 'first'])
  })
})
