import { expect } from 'chai'

import { llmMeans } from '../../../src/evaluate/baselines/llmMeans.js'
import { predictLogistic } from '../../../src/evaluate/baselines/logistic.js'
import { auc } from '../../../src/metrics/auc.js'
import { mean } from '../../../src/numeric/mean.js'
import { matrixOf } from '../../../src/numeric/matrix.js'
import { createRandom } from '../../../src/numeric/random.js'
import { judged } from '../../outcomes/judged.js'

const E = 4
const F = 2

/** LLM "up" succeeds where the first feature is high, "down" where it is low, "never" not at all. */
function sample(name: string, prompts: number, seed: number) {
  const random = createRandom(seed)
  const features = new Float32Array(prompts * F)
  const rows = Array.from({ length: prompts }, (_, p) => {
    const first = 100 + 10 * random()
    features.set([first, 7], p * F)
    const high = random() < 1 / (1 + Math.exp(-2 * (first - 105))) ? 1 : 0
    return { prompt: `${name}${p}`, scores: { up: high, down: 1 - high, never: 0 } }
  })
  return {
    outcomes: judged(rows).outcomes,
    embeddings: matrixOf(new Float32Array(prompts * E).fill(0.5), E),
    features: matrixOf(features, F),
  }
}

describe('predictLogistic', () => {
  const train = sample('train', 400, 1)
  const test = sample('test', 300, 2)
  const of = (name: string, predictions: Float64Array, { outcomes } = test) => {
    const m = outcomes.llms.indexOf(name)
    const places = [...predictions.keys()].filter((i) => outcomes.llm[i] === m)
    return {
      predictions: Float64Array.from(places, (i) => predictions[i] ?? NaN),
      scores: Float64Array.from(places, (i) => outcomes.score[i] ?? NaN),
    }
  }

  it('learns for each LLM where it succeeds, whatever the scale of a feature', async () => {
    const predictions = await predictLogistic(train, test, { penalty: 1 })
    for (const name of ['up', 'down']) {
      const own = of(name, predictions)
      expect(auc(own.predictions, own.scores), name).to.be.greaterThan(0.95)
    }
  })

  it('gives probabilities: their mean is the mean of the scores it was fitted on', async () => {
    const own = of('up', await predictLogistic(train, train, { penalty: 1 }), train)
    expect(mean(own.predictions)).to.be.closeTo(mean(own.scores), 1e-3)
  })

  it('falls back on the mean of an LLM that always scores the same', async () => {
    const means = llmMeans(train.outcomes)
    const never = means[train.outcomes.llms.indexOf('never')] ?? NaN
    for (const value of of('never', await predictLogistic(train, test)).predictions) {
      expect(value).to.be.closeTo(never, 1e-9)
    }
  })

  it('with a penalty beyond measure is the mean', async () => {
    const flat = of('up', await predictLogistic(train, test, { penalty: 1e9 })).predictions
    for (const value of flat) expect(value).to.be.closeTo(flat[0] ?? NaN, 1e-6)
  })

  it('tells how many LLMs are done, and lets signals and timers in between', async () => {
    const told: (number | string)[] = []
    setImmediate(() => told.push('others'))
    await predictLogistic(train, test, { onProgress: (done) => told.push(done) })
    expect(told).to.have.members([1, 2, 3, 'others'])
    expect(told.at(-1), 'before the end').to.equal(3)
  })
})
