import { expect } from 'chai'

import { recommend } from '../../../src/evaluate/shadow/recommend.js'
import { ShadowTally } from '../../../src/evaluate/shadow/shadowTally.js'
import { summarizeShadow } from '../../../src/evaluate/shadow/summarizeShadow.js'
import { createRandom } from '../../../src/numeric/random.js'

const model = (version: number) => ({ model: 'dense_network/tiny', version, sha256: `s${version}` })
const LLMS = ['a', 'b', 'c']

interface World {
  outcomes: number
  seed?: number
  /** By how much each misses the truth. */
  live: number
  shadow: number
}

/** Outcomes of a truth that both know but for a shift of the probability. */
function tallyOf({ outcomes, seed = 1, live, shadow }: World): ShadowTally {
  const random = createRandom(seed)
  const tally = new ShadowTally({ live: model(2), shadow: model(3), llms: LLMS })
  for (let i = 0; i < outcomes; i++) {
    const truth = 0.25 + 0.5 * random()
    tally.addOutcome({
      ...{ at: i, id: String(i), llm: i % 3, score: random() < truth ? 1 : 0 },
      ...{ p_live: truth + live, p_shadow: truth + shadow },
    })
  }
  return tally
}
const verdictOf = (world: World) => recommend(summarizeShadow(tallyOf(world)))

describe('recommend', () => {
  it('tells the better one on enough outcomes, and names the command', () => {
    expect(verdictOf({ outcomes: 1000, live: 0.24, shadow: 0 })).to.deep.equal({
      verdict: 'activate',
      reason: 'the shadow predicts the outcomes better: llimit models activate tiny@3',
    })
    expect(verdictOf({ outcomes: 1000, live: 0, shadow: 0.24 }).verdict).to.equal('keep')
  })

  it('waits on few outcomes, also if they are clear, and says how many more would tell', () => {
    expect(verdictOf({ outcomes: 99, live: 0.24, shadow: 0 })).to.deep.equal({
      verdict: 'wait',
      reason: '99 outcomes were reported, 100 are needed to tell which is better',
    })
    const { verdict, reason } = verdictOf({ outcomes: 150, live: 0.06, shadow: 0 })
    expect(verdict).to.equal('wait')
    expect(reason).to.match(
      /^150 outcomes do not tell which is better; if it stays so, about \d+ would tell$/,
    )
  })

  it('sees no difference where there is none that matters', () => {
    expect(verdictOf({ outcomes: 1000, live: 0.001, shadow: 0 }).verdict).to.equal('either')
  })

  it('seldom prefers one of two that are equally wrong', () => {
    const verdicts = Array.from(
      { length: 60 },
      (_, seed) => verdictOf({ outcomes: 300, seed, live: 0.1, shadow: -0.1 }).verdict,
    )
    const preferred = verdicts.filter((verdict) => verdict === 'activate' || verdict === 'keep')
    // 5 % are expected, but for what is not symmetric.
    expect(preferred.length).to.be.at.most(9)
  })

  it('believes nothing of a shadow that fails', () => {
    const tally = tallyOf({ outcomes: 1000, live: 0.24, shadow: 0 })
    tally.addLost({ at: 1, dropped: 5, failed: 20 })
    expect(recommend(summarizeShadow(tally)).verdict).to.equal('mend')
  })

  it('waits where one LLM is clearly worse', () => {
    const tally = tallyOf({ outcomes: 3000, live: 0.24, shadow: 0 })
    for (let i = 0; i < 100; i++)
      tally.addOutcome({ at: i, id: `x${i}`, llm: 0, score: 1, p_live: 0.9, p_shadow: 0.01 + (i % 2) / 100 })
    for (let i = 0; i < 2000; i++)
      tally.addOutcome({ at: i, id: `y${i}`, llm: 1, score: 1, p_live: 0.3, p_shadow: 0.9 })
    const { verdict, reason } = recommend(summarizeShadow(tally))
    expect([verdict, reason]).to.deep.equal([
      'wait',
      'the shadow is better on the whole, but clearly worse on a',
    ])
  })
})
