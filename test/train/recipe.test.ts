import { expect } from 'chai'

import { readRecipe, recipeSchema } from '../../src/train/recipe.js'
import { DataFiles } from '../outcomes/dataFiles.js'
import { rejection } from '../rejection.js'

describe('readRecipe', () => {
  const files = new DataFiles()
  beforeEach(() => files.open())
  afterEach(() => files.close())

  it('takes the default for what the file leaves out', async () => {
    const file = await files.write('recipe.json', '{"schedule": {"epochs": 2}}')
    expect(await readRecipe(file)).to.deep.equal(recipeSchema.parse({ schedule: { epochs: 2 } }))
  })

  const faults = {
    '{': /recipe\.json: expected JSON/,
    '{"schedule": {"epochs": 0}}': /recipe\.json: schedule\.epochs: .*, got 0/,
    '{"schedul": {}}': /recipe\.json: .*schedul/,
    '{"kinds": {"weight": 0}}': /expected kinds\.weight or tower\.weight above 0/,
  }
  for (const [text, message] of Object.entries(faults)) {
    it(`rejects ${text}, naming the file and the field`, async () => {
      const error = await rejection(readRecipe(await files.write('recipe.json', text)))
      expect(error).to.include({ code: 'INVALID_FILE' })
      expect(String(error)).to.match(message)
    })
  }

  it('rejects a file that is not there, by its name', async () => {
    const error = await rejection(readRecipe('no-such-file.json'))
    expect(error).to.include({
      code: 'INVALID_FILE',
      message: 'no-such-file.json: expected a file, found none',
    })
  })
})
