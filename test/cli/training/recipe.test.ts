import { expect } from 'chai'

import { recipeOf } from '../../../src/cli/training/recipe.js'
import { recipeSchema } from '../../../src/train/recipe.js'
import { DataFiles } from '../../outcomes/dataFiles.js'
import { rejection } from '../../rejection.js'

const files = new DataFiles()

describe('recipeOf', () => {
  beforeEach(() => files.open())
  afterEach(() => files.close())

  it('fills in what a file leaves out', async () => {
    const file = await files.write('r.json', '{"schedule": {"epochs": 2}}')
    expect(await recipeOf(file)).to.deep.equal(recipeSchema.parse({ schedule: { epochs: 2 } }))
    expect(await recipeOf(undefined)).to.deep.equal(recipeSchema.parse({}))
  })

  it('knows the shipped recipes by name', async () => {
    expect(await recipeOf('default')).to.deep.equal(recipeSchema.parse({}))
    const { kinds, data } = await recipeOf('version1')
    expect([kinds.refit.rounds, data.join_categories_below, data.source_exponent]).to.deep.equal([0, 0, 0])
    expect((await recipeOf('original')).losses.margin).to.equal(1)
    expect(await rejection(recipeOf('defualt'))).to.include({
      code: 'INVALID_ARGUMENT',
      message: '--config: expected a JSON file or one of default, fast, original, version1, got "defualt"',
    })
  })

  it('names the file and the fields of a recipe that is invalid', async () => {
    const problem = async (text: string) => {
      const error = await rejection(recipeOf(await files.write('r.json', text)))
      expect(error).to.include({ code: 'INVALID_FILE' })
      return error instanceof Error ? error.message : ''
    }
    expect(String(await rejection(recipeOf('no-such-file.json')))).to.match(
      /no-such-file\.json: expected a file, found none/,
    )
    expect(await problem('{')).to.match(/r\.json: expected JSON: /)
    expect(await problem('{"schedule": {"epochs": 0}}')).to.match(/r\.json: schedule\.epochs: .*, got 0$/)
    expect(await problem('{"schedul": {}}')).to.match(/r\.json: .*schedul/)
  })
})
