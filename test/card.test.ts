import { expect } from 'chai'

import { cardSchema } from '../src/card.js'
import { modelDescription } from '../src/http/openapi/examples.js'

const { card } = modelDescription
const scaler = { mean: Array<number>(26).fill(0), scale: Array<null>(26).fill(null) }
const versionOf = (features: unknown) => cardSchema.parse({ ...card, features }).features.version

describe('cardSchema', () => {
  it('reads feature versions by the names of older cards too', () => {
    expect(['v1', 'seed'].map((version) => versionOf({ version }))).to.deep.equal(['v1', 'v1'])
    expect(['v2', 'head'].map((version) => versionOf({ version, scaler }))).to.deep.equal(['v2', 'v2'])
  })

  it('knows no other feature version, and none of v2 without its scaler', () => {
    for (const features of [{ version: 'v3' }, { version: 'v2' }, { version: 'v1', scaler }, {}])
      expect(cardSchema.safeParse({ ...card, features }).success).to.equal(false)
  })

  it('knows saved models by their type', () => {
    expect(cardSchema.safeParse(card).success).to.equal(true)
    const { error } = cardSchema.safeParse({ ...card, type: 'elo_scoring' })
    expect(error?.issues.map(({ path }) => path)).to.deep.equal([['type']])
  })

  it('takes each LLM name once', () => {
    expect(cardSchema.safeParse({ ...card, llms: ['a', 'a'] }).success).to.equal(false)
  })

  it('takes bounds below which a choice is not believed, either of them alone', () => {
    for (const abstain of [{}, { familiarity: 0.1 }, { evidence: 10 }, { familiarity: 1, evidence: 0 }])
      expect(cardSchema.parse({ ...card, abstain })).to.deep.include({ abstain })
    for (const abstain of [{ familiarity: 1.1 }, { familiarity: -0.1 }, { evidence: -1 }, { other: 1 }, 0.1])
      expect(cardSchema.safeParse({ ...card, abstain }).success).to.equal(false)
  })
})
