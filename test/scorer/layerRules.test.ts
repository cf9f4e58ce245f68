import { expect } from 'chai'

import { LLimitError } from '../../src/errors.js'
import { ruleOf } from '../../src/scorer/layerRules.js'

describe('rules of layers', () => {
  const ruleWith = (class_name: string, config: object) =>
    ruleOf({ name: 'x', class_name, config: { name: 'x', ...config } }, [[8]])

  it('take what TensorFlow.js computes as Keras does', () => {
    for (const axis of [-1, 1, undefined])
      expect(ruleWith('Softmax', { axis })).to.deep.equal({ output: [8] })
    const settings = { max_value: null, negative_slope: 0, threshold: 0 }
    expect(ruleWith('ReLU', settings)).to.deep.equal({ output: [8] })
    expect(ruleWith('LeakyReLU', { alpha: 0.1 })).to.deep.equal({ output: [8] })
  })

  const faults: [string, string, object, RegExp][] = [
    ['a softmax over the pairs of a batch', 'Softmax', { axis: 0 }, /layer "x": axis: /],
    ['a slope that is read past', 'ReLU', { negative_slope: 0.1 }, /layer "x": negative_slope: /],
    ['a threshold that is read past', 'ReLU', { threshold: 1 }, /layer "x": threshold: /],
    ['a slope by its newer name', 'LeakyReLU', { negative_slope: 0.1 }, /layer "x": negative_slope: /],
  ]
  for (const [title, name, config, message] of faults) {
    it(`reject ${title}`, () => {
      expect(() => ruleWith(name, config))
        .to.throw(LLimitError, message)
        .with.property('code', 'MODEL_BROKEN')
    })
  }
})
