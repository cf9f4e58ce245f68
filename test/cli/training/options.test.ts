import { expect } from 'chai'

import { parseOptions } from '../../../src/cli/training/options.js'
import { recipeSchema } from '../../../src/train/recipe.js'
import { DataFiles } from '../../outcomes/dataFiles.js'
import { rejection } from '../../rejection.js'

const files = new DataFiles()
const NEEDED = ['--outcomes', 'a.jsonl', '--name', 'mine']

async function refused(...args: string[]): Promise<string> {
  const error = await rejection(parseOptions(args))
  expect(error).to.include({ code: 'INVALID_REQUEST' })
  return error instanceof Error ? error.message : ''
}

describe('parseOptions of train', () => {
  beforeEach(() => files.open())
  afterEach(() => files.close())

  it('has defaults for everything but the data and the name', async () => {
    expect(await parseOptions(NEEDED)).to.deep.equal({
      outcomes: ['a.jsonl'],
      name: 'mine',
      recipe: recipeSchema.parse({}),
      seed: 1,
      encoder: 'all-MiniLM-L6-v2',
      ifTaken: 'reject',
    })
  })

  it('reads every flag', async () => {
    const config = await files.write('recipe.json', '{"schedule": {"epochs": 2}}')
    const given = ['--outcomes', 'a.jsonl', 'b.csv', '--outcomes', 'c.jsonl', '--name', 'mine', '--seed=-7']
    const more = ['--encoder', 'other', '--out', 'folder', '--backend', 'cpu', '--type', 'dense_network']
    const options = await parseOptions([...given, ...more, '--config', config, '--new-version'])
    expect(options.outcomes).to.have.members(['a.jsonl', 'b.csv', 'c.jsonl'])
    expect(options).to.deep.include({ seed: -7, encoder: 'other', out: 'folder', backend: 'cpu' })
    expect(options.ifTaken).to.equal('newVersion')
    expect(options.recipe).to.deep.equal(recipeSchema.parse({ schedule: { epochs: 2 } }))
    expect((await parseOptions([...NEEDED, '--replace'])).ifTaken).to.equal('replace')
  })

  it('refuses what is missing or contradicts itself, naming the flag', async () => {
    expect(await refused('--name', 'mine')).to.equal('--outcomes is missing')
    expect(await refused('--outcomes', 'a')).to.match(/^--name must be letters, .*; it is undefined$/)
    for (const name of ['../mine', 'mine@2', '']) {
      expect(await refused('--outcomes', 'a', '--name', name)).to.include(`it is ${JSON.stringify(name)}`)
    }
    expect(await refused(...NEEDED, '--type', 'knn')).to.equal('--type must be dense_network; it is knn')
    for (const seed of ['1.5', 'x', '', ' ']) {
      expect(await refused(...NEEDED, `--seed=${seed}`)).to.equal(
        `--seed must be a whole number; it is ${seed}`,
      )
    }
    expect(await refused(...NEEDED, '--replace', '--new-version')).to.match(/exclude each other/)
    expect(await refused(...NEEDED, '--backend', 'webgl')).to.match(
      /^--backend must be one of wasm, .*webgl$/,
    )
  })

  it('refuses flags that it does not know', async () => {
    const error = await rejection(parseOptions([...NEEDED, '--epochs', '3']))
    expect(error).to.include({ code: 'ERR_PARSE_ARGS_UNKNOWN_OPTION' })
  })

  it('reads the recipe before anything is computed', async () => {
    const config = await files.write('r.json', '{"schedule": {"epochs": 0}}')
    const error = await rejection(parseOptions([...NEEDED, '--config', config]))
    expect(error).to.include({ code: 'INVALID_FILE' })
  })
})
