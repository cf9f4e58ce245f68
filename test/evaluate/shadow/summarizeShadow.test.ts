import { expect } from 'chai'

import { ShadowTally } from '../../../src/evaluate/shadow/shadowTally.js'
import { summarizeShadow } from '../../../src/evaluate/shadow/summarizeShadow.js'

const model = (version: number) => ({ model: 'dense_network/tiny', version, sha256: `s${version}` })

describe('summarizeShadow', () => {
  const tallyOf = () => new ShadowTally({ live: model(2), shadow: model(3), llms: ['a', 'b', 'c'] })
  const prompt = { at: 1000, ms: 2, familiarity: [0.04, 0.5] as [number, number] }

  it('adds up prompts of several LLMs and of one, each prompt as much as the other', () => {
    const tally = tallyOf()
    const three = { ...prompt, llms: [2, 0, 1], p_live: [0.5, 0.25, 0.75], p_shadow: [0.75, 0.25, 0.5] }
    tally.addPrompt({ ...three, best: [1, 2] })
    tally.addPrompt({ ...prompt, at: 3000, ms: 4, llms: [0], p_live: [0.5], p_shadow: [0.25], best: null })
    tally.addLost({ at: 4000, dropped: 3, failed: 1 })
    const found = summarizeShadow(tally)
    expect(found).to.deep.include({
      live: 'dense_network/tiny@2',
      shadow: 'dense_network/tiny@3',
      from: '1970-01-01T00:00:01.000Z',
      to: '1970-01-01T00:00:04.000Z',
      ...{ prompts: 2, dropped: 3, failed: 1, ms: 3, outcomes: null },
      familiarity: { live: { median: 0.04, rare: 1 }, shadow: { median: 0.5, rare: 0 } },
    })
    expect(found.ranks).to.deep.include({
      prompts: 1,
      margins: { live: 0.25, shadow: 0.25 },
      changes: [{ from: 'b', to: 'c', prompts: 1 }],
    })
    expect(found.ranks?.flips.value).to.equal(1)
    expect(found.ranks?.rankCorrelation?.median).to.be.closeTo(0.5, 1e-12)
    expect(found.difference?.absolute).to.be.closeTo((0.5 / 3 + 0.25) / 2, 1e-12)
    expect(found.difference?.mean).to.be.closeTo(-0.25 / 2, 1e-12)
    expect(found.llms).to.deep.equal([
      { llm: 'c', prompts: 1, difference: 0.25, absolute: 0.25 },
      { llm: 'b', prompts: 1, difference: -0.25, absolute: 0.25 },
      { llm: 'a', prompts: 2, difference: -0.125, absolute: 0.125 },
    ])
  })

  it('has nothing to say of what there is none of', () => {
    const tally = tallyOf()
    tally.addOutcome({ at: 1, id: 'x', llm: 0, score: 1, p_live: 0.5, p_shadow: 0.5 })
    tally.addOutcome({ at: 2, id: 'x', llm: 0, score: 0, p_live: 0.5, p_shadow: 0.5 })
    const found = summarizeShadow(tally)
    expect(found).to.include({ prompts: 0, ms: null, ranks: null, difference: null, outcomes: null })
  })
})
