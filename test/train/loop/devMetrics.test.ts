import { expect } from 'chai'

import { matrixOf } from '../../../src/numeric/matrix.js'
import { prepareData } from '../../../src/train/data/prepareData.js'
import { devMetrics } from '../../../src/train/loop/devMetrics.js'
import { recipeSchema } from '../../../src/train/recipe.js'
import { judged } from '../../outcomes/judged.js'

const train = { prompt: 't', split: 'train', scores: { a: 1, b: 1, c: 1 } }
const devOf = (...args: Parameters<typeof judged>) => {
  const data = judged([train, ...args[0]], args[1])
  const embeddings = matrixOf(new Float32Array(data.outcomes.prompts.length), 1)
  return prepareData(data, embeddings, recipeSchema.parse({})).dev
}

describe('devMetrics', () => {
  it('measures outcomes, and leaves pairs without one out', () => {
    const dev = devOf(
      [
        { prompt: 'p', split: 'dev', scores: { a: 1, b: 0 } },
        { prompt: 'q', split: 'dev', scores: { a: 0, b: 0.5 } },
      ],
      [{ prompt: 'p', a: 'c', b: 'a' }],
    )
    // p: a, b, c; q: a, b. The logit of c, which was compared alone, counts nowhere.
    const logits = Float32Array.of(Math.log(3), -Math.log(3), 50, 0, 0)
    const metrics = devMetrics(dev, logits)
    const expected = (2 * Math.log(4 / 3) + 2 * Math.LN2) / 4
    // Logits are float32.
    expect(metrics['log_loss']).to.be.closeTo(expected, 1e-7)
    expect(metrics['brier']).to.be.closeTo((2 * 0.25 ** 2 + 0.5 ** 2) / 4, 1e-7)
    // p is ordered rightly, q is a tie.
    expect(metrics['pairs']).to.equal(0.75)
    expect(metrics['routed']).to.be.closeTo((1 + 0.25) / 2, 1e-12)
    expect(devMetrics(dev, logits, { slope: 2, intercept: 0 })['log_loss']).to.be.closeTo(
      (2 * Math.log(10 / 9) + 2 * Math.LN2) / 4,
      1e-7,
    )
  })

  it('leaves out what cannot be computed', () => {
    const dev = devOf([{ prompt: 'p', split: 'dev', scores: { a: 1, b: 1 } }])
    const metrics = devMetrics(dev, Float32Array.of(1, 2))
    expect(metrics).to.have.property('log_loss')
    expect(metrics).to.not.have.any.keys('auc', 'pairs')
    const compared = devOf([{ prompt: 'p', split: 'dev', scores: {} }], [{ prompt: 'p', a: 'a', b: 'b' }])
    // The better one, a, has the lower logit.
    expect(devMetrics(compared, Float32Array.of(1, 2))).to.deep.equal({ comparisons: 0 })
    expect(devMetrics(compared, Float32Array.of(2, 1))).to.deep.equal({ comparisons: 1 })
    expect(devMetrics(compared, Float32Array.of(1, 1))).to.deep.equal({ comparisons: 0.5 })
  })
})
