import { expect } from 'chai'

import { extractFeatures, fitFeatures } from '../../src/features/features.js'
import { PromptFeatures } from '../../src/selection/promptFeatures.js'

const prompts = ['Write a poem about the sea.', 'Solve 2 + 2.', 'hi'] as const
const embeddingOf = () => ({ vector: new Float32Array(2), tokens: 1, truncated: false })

describe('PromptFeatures', () => {
  it('computes them once for the embedding of a prompt that is asked about again', () => {
    const features = new PromptFeatures()
    const [first, second] = [embeddingOf(), embeddingOf()]
    const spec = fitFeatures(prompts)
    const known = features.of(prompts[0], first, spec)
    expect(known).to.deep.equal(extractFeatures(prompts[0], spec))
    expect(features.of(prompts[1], second, spec)).to.deep.equal(extractFeatures(prompts[1], spec))
    expect(features.of(prompts[0], first, spec)).to.equal(known)
  })

  it('never gives one saved model the features of another', () => {
    const features = new PromptFeatures()
    const embedding = embeddingOf()
    const specs = [fitFeatures(prompts), fitFeatures(prompts.slice(1)), { version: 'v1' as const }]
    for (const spec of [...specs, ...specs])
      expect(features.of(prompts[0], embedding, spec)).to.deep.equal(extractFeatures(prompts[0], spec))
  })
})
