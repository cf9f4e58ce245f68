import { expect } from 'chai'

import { at } from '../../../src/numeric/at.js'
import { createRandom, gaussian } from '../../../src/numeric/random.js'
import { fitDifficulty } from '../../../src/train/calibration/fitDifficulty.js'
import { averageOver } from '../../calibration/directIntegral.js'

const LOGITS = [-4, -2.5, -1, 0, 0.5, 1.5, 2, 5]
const logistic = (z: number) => 1 / (1 + Math.exp(-z))

/** Prompts whose LLMs have these logits at average difficulty and share a difficulty of this deviation. */
function draw(deviation: number, prompts: number) {
  const random = createRandom(7)
  const marginals = LOGITS.map((logit) => averageOver((t) => logistic(logit - deviation * t)))
  const target = Array.from({ length: prompts }, () => {
    const t = gaussian(random)
    return LOGITS.map((logit) => (random() < logistic(logit - deviation * t) ? 1 : 0))
  }).flat()
  return {
    dev: {
      firstPair: Int32Array.from({ length: prompts + 1 }, (_, p) => p * LOGITS.length),
      target: Float32Array.from(target),
    },
    probabilities: Float32Array.from(target, (_, i) => at(marginals, i % LOGITS.length)),
  }
}

describe('fitDifficulty', () => {
  for (const deviation of [0.7, 1.5, 2.5]) {
    it(`finds a deviation of ${deviation} in what was made with it`, () => {
      const { dev, probabilities } = draw(deviation, 2000)
      // Its standard error is about .04 for so many outcomes.
      expect(fitDifficulty(dev, probabilities)?.deviation).to.be.closeTo(deviation, 0.12)
    })
  }

  it('finds next to none among LLMs that fail independently', () => {
    const { dev, probabilities } = draw(0, 2000)
    expect(fitDifficulty(dev, probabilities)?.deviation).to.be.lessThan(0.25)
  })

  it('stays near what is common if a few prompts say otherwise', () => {
    const { dev, probabilities } = draw(0, 3)
    expect(fitDifficulty(dev, probabilities)?.deviation).to.be.within(1, 1.8)
  })

  it('does not read pairs without an outcome', () => {
    const { dev, probabilities } = draw(1.5, 200)
    const firstPair = dev.firstPair.map((pair) => 2 * pair)
    const target = Float32Array.from({ length: 2 * dev.target.length }, (_, i) =>
      i % 2 === 0 ? at(dev.target, i / 2) : NaN,
    )
    const doubled = Float32Array.from(target, (_, i) => at(probabilities, Math.floor(i / 2)))
    expect(fitDifficulty({ firstPair, target }, doubled)).to.deep.equal(fitDifficulty(dev, probabilities))
  })

  it('says nothing if no prompt has outcomes of two LLMs', () => {
    const dev = { firstPair: Int32Array.of(0, 1, 2), target: Float32Array.of(1, 0) }
    expect(fitDifficulty(dev, Float32Array.of(0.5, 0.5))).to.equal(undefined)
  })
})
