import { expect } from 'chai'

import { matrixOf } from '../../../src/numeric/matrix.js'
import { likeLength, llmsByLikeness } from '../../../src/train/lengths/likeLlms.js'

describe('llmsByLikeness', () => {
  it('orders LLMs with counted answers by the angle of their rows, seen from the mean', () => {
    // The mean is [1, 1]; rows less it: [3, 0], [2, 1], [-3, 0], [-2, -1], [0, 0].
    const rows = matrixOf(Float32Array.of(4, 1, 3, 2, -2, 1, -1, 0, 1, 1), 2)
    expect(llmsByLikeness(rows, [true, true, true, true, false])).to.deep.equal([
      [1, 3, 2],
      [0, 2, 3],
      [3, 1, 0],
      [2, 0, 1],
      [0, 1, 2, 3],
    ])
    expect(llmsByLikeness(rows, [true, false, false, true, false])[0]).to.deep.equal([3])
  })
})

describe('likeLength', () => {
  const known = {
    mean: Float64Array.of(9, 9),
    vectors: [5, 6, 7, 8].map((level, m) => Float64Array.of(level, m)),
    // Clusters: nobody was counted on the second, and the third LLM alone on the third.
    counted: matrixOf(Float32Array.of(1, 0, 0, 3, 0, 0, 9, 0, 9, 999, 0, 0), 3),
    clusters: [Float64Array.of(1, 0), Float64Array.of(1, 1), Float64Array.of(1, -1)],
    halfway: 1,
  }

  it('is the mean vector of the three most alike, moved to what those say that have answers on a cluster', () => {
    const { vector, levels } = likeLength([0, 1, 2, 3], known)
    vector.forEach((value, r) => expect(value).to.be.closeTo([6, 1][r] ?? NaN, 1e-12))
    // Weights n / (n + 1): .5, .75, .9 and .999, which together stay below 4.
    const weights = [0.5, 0.75, 0.9, 0.999]
    const sum = weights.reduce((a, b) => a + b, 0)
    const mean = (0.5 * 5 + 0.75 * 6 + 0.9 * 7 + 0.999 * 8) / sum
    expect(levels[0]).to.be.closeTo(mean - 6, 2e-3)
    expect(levels[1]).to.equal(0)
    expect(levels[2]).to.be.closeTo(7 - 2 - (6 - 1), 2e-3)
  })

  it('asks no more LLMs than it needs, the most alike first', () => {
    const many = { ...known, counted: matrixOf(new Float32Array(12).fill(1e9), 3) }
    const vectors = [...known.vectors, Float64Array.of(100, 100)]
    const counted = matrixOf(new Float32Array(15).fill(1e9), 3)
    const alone = likeLength([0, 1, 2, 3], many)
    expect(likeLength([0, 1, 2, 3, 4], { ...many, vectors, counted }).levels[0]).to.be.closeTo(
      alone.levels[0] ?? NaN,
      1e-6,
    )
  })

  it('is the mean of all vectors if no other LLM was counted', () => {
    const { vector, levels } = likeLength([], known)
    expect(Array.from(vector)).to.deep.equal([9, 9])
    expect(Array.from(levels)).to.deep.equal([0, 0, 0])
  })
})
