import { expect } from 'chai'

import { drawLength } from '../../bench/prompts/lengths.js'
import { quantileOf } from '../../src/numeric/quantile.js'
import { createRandom } from '../../src/numeric/random.js'
import { FULL_MS, Simulation, TOKENS_PER_SECOND } from './simulation.js'

const MEAN_TOKENS = 20

/**
 * Two clients that send 1,024 prompts again and again, which are a whole capacity, next to single prompts and requests of 16.
 * @param share of the capacity that the single prompts are
 */
async function nextToLongRequests(share: number, seconds: number) {
  const random = createRandom(1)
  const simulation = new Simulation()
  const prompts = (count: number) => () => Array.from({ length: count }, () => 17 + Math.floor(7 * random()))
  const pace = (perSecond: number) => () => (-Math.log(1 - random()) * 1000) / perSecond
  const long = [1, 2].map(() => simulation.add(prompts(1024)))
  const single = simulation.add(prompts(1), pace((share * TOKENS_PER_SECOND) / MEAN_TOKENS))
  const middle = simulation.add(prompts(16), pace(0.5))
  await simulation.run(seconds)
  return { single, middle, long, tokensPerSecond: simulation.tokens / seconds }
}

describe('Batcher, next to clients that send 1,024 prompts again and again', () => {
  for (const share of [0.15, 0.3, 0.5]) {
    it(`answers single prompts within two batches, which are ${share} of what the engine can do`, async () => {
      const { single, middle, long, tokensPerSecond } = await nextToLongRequests(share, 120)
      expect(quantileOf(single.took, 0.99)).to.be.below(2 * FULL_MS)
      expect(quantileOf(middle.took, 0.9)).to.be.below(8 * FULL_MS)
      // What they leave is not lost.
      expect(tokensPerSecond).to.be.above(0.85 * TOKENS_PER_SECOND)
      expect(long.reduce((sum, { tokens }) => sum + tokens, 0) / 120).to.be.above(
        (0.8 - share) * TOKENS_PER_SECOND,
      )
    })
  }

  it('leaves them an eighth where single prompts alone are too much', async () => {
    const { long, tokensPerSecond } = await nextToLongRequests(1.5, 20)
    const left = long.reduce((sum, { tokens }) => sum + tokens, 0) / 20
    expect(left / tokensPerSecond).to.be.within(0.12, 0.2)
  })
})

describe('Batcher, with many clients of one prompt each', () => {
  // In a server that answers one prompt after another, p95 is 1.2 times the mean.
  for (const [count, most] of [
    [16, 1.45],
    [64, 1.25],
  ] as const) {
    it(`lets none of ${count} wait for much longer than the others`, async () => {
      const random = createRandom(2)
      const simulation = new Simulation()
      const clients = Array.from({ length: count }, () => simulation.add(() => [drawLength(random)]))
      await simulation.run(60)
      const took = clients.flatMap((client) => client.took)
      const mean = took.reduce((sum, ms) => sum + ms, 0) / took.length
      expect(quantileOf(took, 0.95) / mean).to.be.below(most)
    })
  }
})
