import { expect } from 'chai'

import { extractFeatures, fitFeatures } from '../../src/features/features.js'
import { readPrompt } from '../../src/features/rawFeatures.js'
import { fitScaler, rawV2Features } from '../../src/features/v2.js'

const rawOf = (prompt: string) => rawV2Features(readPrompt(prompt))

/** Places of features in the order of the networks. */
const [CHARACTERS, WORDS, REPETITION, WORD_LENGTH, QUESTION_MARKS, SCIENCE, HISTORY] = [0, 1, 3, 4, 5, 8, 24]

describe('fitScaler', () => {
  // Worked out by hand. Characters 4, 16 and 1; words 2, 4 and 1; question marks per character 0, 1/16 and 0.
  const prompts = ['ab c', 'what is what is?', 'x']
  const { mean, scale } = fitScaler(prompts.map(rawOf))

  it('scales logarithms, over n and not n - 1', () => {
    // ln 4 = 2 ln 2, ln 16 = 4 ln 2, ln 1 = 0: mean 2 ln 2, variance 8/3 (ln 2)^2. Float32 logarithms are off by 1e-7.
    expect(mean[CHARACTERS]).to.be.closeTo(2 * Math.LN2, 1e-6)
    expect(scale[CHARACTERS]).to.be.closeTo(Math.sqrt(8 / 3) * Math.LN2, 1e-6)
    // ln 2, 2 ln 2, 0
    expect(mean[WORDS]).to.be.closeTo(Math.LN2, 1e-6)
    expect(scale[WORDS]).to.be.closeTo(Math.sqrt(2 / 3) * Math.LN2, 1e-6)
    // Mean word length 1.5, 13/4 and 1.
    const logarithms = [1.5, 3.25, 1].map(Math.log)
    expect(mean[WORD_LENGTH]).to.be.closeTo(logarithms.reduce((a, b) => a + b, 0) / 3, 1e-6)
  })

  it('takes a feature that most prompts lack from those that have it, with 1 for a deviation of 0', () => {
    expect(mean[QUESTION_MARKS]).to.be.closeTo(Math.log(1 / 16), 1e-6)
    expect(scale[QUESTION_MARKS]).to.equal(1)
    // No logarithm: of four words three differ ("is?" is another one than "is"), a quarter is repeated.
    expect(mean[REPETITION]).to.be.closeTo(0.25, 1e-7)
    expect(scale[REPETITION]).to.equal(1)
  })

  it('has null if no prompt has the feature', () => {
    for (const feature of [SCIENCE, HISTORY]) {
      expect(mean[feature]).to.equal(null)
      expect(scale[feature]).to.equal(null)
    }
    expect([mean.length, scale.length]).to.deep.equal([26, 26])
  })

  it('has 1 for the deviation of prompts that are all alike', () => {
    const same = fitScaler(['x', 'y'].map(rawOf))
    expect(same.mean[CHARACTERS]).to.equal(0)
    expect(same.scale[CHARACTERS]).to.equal(1)
  })

  it('makes features of mean 0 and variance 1 of the prompts it was fitted on', () => {
    const spec = fitFeatures(prompts)
    const values = prompts.map((prompt) => extractFeatures(prompt, spec)[CHARACTERS] ?? NaN)
    expect(values.reduce((a, b) => a + b, 0) / 3).to.be.closeTo(0, 1e-6)
    expect(values.reduce((sum, value) => sum + value ** 2, 0) / 3).to.be.closeTo(1, 1e-6)
    expect(extractFeatures('physics', spec)[SCIENCE], 'never seen').to.equal(-1)
  })
})
