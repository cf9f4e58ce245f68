import { expect } from 'chai'

import { readNetwork } from '../../src/scorer/readNetwork.js'
import { writeNetwork } from '../../src/scorer/writeNetwork.js'
import { startBackend } from '../../src/tensor/backend.js'
import { recipeSchema } from '../../src/train/recipe.js'
import { trainModel } from '../../src/train/trainModel.js'
import { E, fakeEmbed, worldOf } from '../train/world.js'

const RECIPE = {
  schedule: { epochs: 2, batch_prompts: 20, warm_up_steps: 5 },
  evidence: { regions: 4 },
  kinds: { heads: 2, per_category: 2, table_learning_rate: 0.1 },
  tower: { weight: 1, hidden: [8, 4], llm_dimension: 3, learning_rate: 0.01 },
}

describe('readNetwork', () => {
  it('reads back what was written, byte for byte', async () => {
    await startBackend(['wasm'])
    const { data: all, embeddings: vectors } = worldOf({ seed: 2, train: 40, dev: 20 })
    const { card, files } = await trainModel({
      data: all,
      embeddings: vectors,
      encoder: { name: 'fake', dimension: E, sha256: 'f'.repeat(64) },
      embed: fakeEmbed,
      recipe: recipeSchema.parse(RECIPE),
      seed: 1,
      about: { command: '', backend: 'wasm' },
    })
    const again = await writeNetwork(await readNetwork(files, card.network.activation))
    for (const [name, bytes] of again)
      expect(Buffer.from(bytes).equals(files.get(name) ?? Buffer.of())).to.equal(true)
  })
})
