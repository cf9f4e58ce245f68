import { expect } from 'chai'

import { llmRow } from '../../../src/numeric/indices.js'
import { outputOfPair } from '../../../src/train/oracle.js'
import { withLevels } from '../../../src/train/learn/withLevels.js'
import { thrownBy } from '../../rejection.js'
import { STATIC_LLMS, staticWeights } from '../../staticModel.js'

const inputs = Array.from({ length: 8 + 45 }, (_, i) => Math.sin(i))

describe('withLevels', () => {
  const gated = staticWeights()
  const networks = {
    'gated branches': gated,
    'a number per LLM': { ...gated, llmBias: Float32Array.of(1, 2, 3) },
  }

  for (const [name, network] of Object.entries(networks))
    it(`adds to the logits of the LLMs that are named, in a network with ${name}`, () => {
      const before = STATIC_LLMS.map((_, m) => outputOfPair(network, inputs, llmRow(m)))
      const raised = withLevels(network, new Map([[1, -1.25]]))
      const after = STATIC_LLMS.map((_, m) => outputOfPair(raised, inputs, llmRow(m)))
      const [a = NaN, b = NaN, c = NaN] = before
      expect([after[0], after[2]]).to.deep.equal([a, c])
      expect(after[1]).to.be.closeTo(b - 1.25, 1e-6)
      // The network that was given stays as it is.
      expect(outputOfPair(network, inputs, llmRow(1))).to.equal(b)
    })

  it('says that towers alone have no place for it', () => {
    const towers = { ...gated, gatedBranches: [] }
    expect(thrownBy(() => withLevels(towers, new Map([[0, 1]]))).code).to.equal('INVALID_ARGUMENT')
  })
})
