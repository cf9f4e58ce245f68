import { expect } from 'chai'

import type { Activation } from '../../src/card.js'
import { readCheckpoint } from '../../src/convert/checkpoint.js'
import { scoreOfPair } from '../../src/convert/oracle.js'
import { checkpointFixture, TINY_SCORES } from './fixtures.js'

const ACTIVATIONS: Record<'seed' | 'head', Activation> = {
  seed: { type: 'relu' },
  head: { type: 'leaky_relu', slope: 0.1 },
}

describe('scoreOfPair', () => {
  for (const version of ['seed', 'head'] as const) {
    it(`scores a ${version} network as numpy computes it`, async () => {
      const network = await readCheckpoint(checkpointFixture(`tiny-${version}.pkl`))
      const { features, scores } = TINY_SCORES[version]
      TINY_SCORES.embeddings.forEach((embedding, prompt) => {
        const inputs = [Float32Array.from(embedding), Float32Array.from(features[prompt] ?? [])] as const
        network.llms.forEach((_, llm) => {
          const score = scoreOfPair(network, ACTIVATIONS[version], ...inputs, llm)
          // Both sums are float64 and differ in their order only.
          expect(score).to.be.closeTo(scores[prompt]?.[llm] ?? NaN, 1e-12)
        })
      })
    })
  }
})
