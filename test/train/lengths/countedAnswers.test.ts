import { expect } from 'chai'

import { countedAnswers, countsByLlm } from '../../../src/train/lengths/countedAnswers.js'
import { denseExamples } from '../denseExamples.js'

describe('countedAnswers', () => {
  it('takes those that were counted, prompt by prompt, an empty one as one token', () => {
    const examples = denseExamples(2, 3, () => 1)
    const tokens = Float32Array.of(NaN, 20, NaN, 0, NaN, 1)
    const answers = countedAnswers({ ...examples, tokens })
    expect(answers.prompt).to.deep.equal([0, 1, 1])
    expect(answers.llm).to.deep.equal([1, 0, 2])
    expect(answers.length).to.deep.equal(Float64Array.of(Math.log(20), 0, 0))
    expect(countsByLlm(answers, 3)).to.deep.equal(Int32Array.of(1, 1, 1))
    expect(countedAnswers(examples).length).to.have.length(0)
  })
})
