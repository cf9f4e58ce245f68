import { expect } from 'chai'

import { devShareOf } from '../../../src/cli/evaluation/devShare.js'
import type { Training } from '../../../src/card.js'

const training = (recipe: Training['recipe']): Training => ({
  command: 'npm run train',
  seed: 1,
  backend: 'wasm',
  seconds: 1,
  recipe,
  data: { files: [], prompts: 1, outcomes: 1, comparisons: 0, sources: {} },
  metrics: {},
})

describe('devShareOf', () => {
  it('is what the training of the model held out', () => {
    expect(devShareOf({ training: training({ data: { dev_share: 0.25 } }) })).to.equal(0.25)
  })

  it('is unknown where the card does not say, or says what is no share', () => {
    expect(devShareOf({})).to.equal(undefined)
    for (const recipe of [{}, { data: 0.25 }, { data: {} }, { data: { dev_share: 1 } }]) {
      expect(devShareOf({ training: training(recipe) }), JSON.stringify(recipe)).to.equal(undefined)
    }
  })
})
