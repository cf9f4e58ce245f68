import { expect } from 'chai'

import { sourceWeights } from '../../../src/train/data/sourceWeights.js'
import { denseExamples } from '../denseExamples.js'

describe('sourceWeights', () => {
  /** Prompts 0 to 3 of source 1 with 2 outcomes each, prompt 4 of source 0 with 2, prompt 5 of source 2 with none. */
  const examples = {
    ...denseExamples(6, 2, (prompt) => (prompt === 5 ? NaN : 1)),
    source: Int32Array.of(1, 1, 1, 1, 0, 2),
  }

  it('lets a source count by the root of its outcomes, with a mean of 1 over the sources', () => {
    const [ofLarge, ofSmall] = [1 / Math.sqrt(8), 1 / Math.sqrt(2)]
    const average = (ofLarge + ofSmall) / 2
    const expected = [...Array<number>(4).fill(ofLarge / average), ofSmall / average, 1]
    expect(sourceWeights(examples, 0.5)).to.deep.equal(Float32Array.from(expected))
  })

  it('lets all outcomes count alike at 0, and all sources at 1', () => {
    expect(sourceWeights(examples, 0)).to.deep.equal(new Float32Array(6).fill(1))
    const [ofLarge, , , , ofSmall] = sourceWeights(examples, 1)
    expect(ofSmall).to.equal(4 * Number(ofLarge))
  })

  it('is 1 if there are no outcomes', () => {
    const without = denseExamples(2, 1, () => NaN)
    expect(sourceWeights(without, 0.5)).to.deep.equal(new Float32Array(2).fill(1))
  })
})
