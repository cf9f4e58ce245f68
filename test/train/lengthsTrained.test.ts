import { expect } from 'chai'

import { LENGTHS_FILE } from '../../src/card.js'
import { readLengths } from '../../src/lengths/lengthsFile.js'
import { valueAt } from '../../src/numeric/at.js'
import { startBackend } from '../../src/tensor/backend.js'
import { recipeSchema } from '../../src/train/recipe.js'
import { trainModel } from '../../src/train/trainModel.js'
import { E, fakeEmbed, worldOf } from './world.js'

const RECIPE = recipeSchema.parse({
  schedule: { epochs: 3, batch_prompts: 20, warm_up_steps: 5 },
  evidence: { regions: 4 },
  kinds: { heads: 2, per_category: 2, table_learning_rate: 0.1 },
  lengths: { clusters: 4 },
})

describe('trainModel with counted answers', () => {
  before(() => startBackend(['wasm']))

  const train = (counted: readonly string[]) =>
    trainModel({
      ...worldOf({ seed: 1, train: 80, dev: 40, counted }),
      encoder: { name: 'fake', dimension: E, sha256: 'f'.repeat(64) },
      embed: fakeEmbed,
      recipe: RECIPE,
      seed: 1,
      about: { command: 'npm run train', backend: 'wasm' },
    })

  it('knows how long answers are, and has the same network and evidence as without', async () => {
    const { card, files } = await train(['a', 'b', 'c'])
    const { lengths } = card
    if (lengths === undefined) throw new Error('expected lengths, got none')
    expect(lengths.counted).to.deep.equal([80, 80, 80, 0, 0])
    expect(card.training?.metrics['tokens_r2']).to.be.greaterThan(0.5)
    const { model } = readLengths(valueAt(files, LENGTHS_FILE), card, lengths)
    expect(model.vectors.rows).to.equal(5)
    expect(model.interval.low).to.equal(lengths.interval.low)

    const without = await train([])
    expect(without.card).to.not.have.property('lengths')
    const others = [...files].filter(([name]) => name !== LENGTHS_FILE)
    expect([...without.files]).to.deep.equal(others)
    expect(without.card.reference).to.deep.equal(card.reference)
    expect(without.card.calibration).to.deep.equal(card.calibration)
  })
})
