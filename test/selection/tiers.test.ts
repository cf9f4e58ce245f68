import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'

import { expect } from 'chai'

import { readTiers } from '../../src/selection/tiers.js'
import { LLimitError } from '../../src/errors.js'
import { rejection } from '../rejection.js'

async function rejectionOf(promise: Promise<unknown>): Promise<LLimitError> {
  const error = await rejection(promise)
  if (error instanceof LLimitError) return error
  throw error
}

describe('readTiers', () => {
  let folder: string
  before(async () => (folder = await mkdtemp(path.join(os.tmpdir(), 'llimit-tiers-'))))
  after(() => rm(folder, { recursive: true }))

  const read = async (text: string) => {
    const file = path.join(folder, 'tiers.json')
    await writeFile(file, text)
    return readTiers(file)
  }
  const faultOf = async (text: string) => {
    const { code, message } = await rejectionOf(read(text))
    expect(code).to.equal('INVALID_FILE')
    return message
  }

  it('reads one LLM or several by tier, in the order of the file', async () => {
    const text = '\ufeff{"SIMPLE": "gpt-4o-mini", "COMPLEX": ["gpt-4o", "o1", "gpt-4o"], "a \\"b\\": c": "x"}'
    expect([...(await read(text))]).to.deep.equal([
      ['SIMPLE', ['gpt-4o-mini']],
      ['COMPLEX', ['gpt-4o', 'o1']],
      ['a "b": c', ['x']],
    ])
    expect((await readTiers(undefined)).size).to.equal(0)
  })

  it('names the tier that is wrong', async () => {
    expect(await faultOf('{"SIMPLE": 5}')).to.equal(
      'tiers.json: SIMPLE: expected the name of an LLM, or an array of names, got 5',
    )
    expect(await faultOf('{"A": "x", "SIMPLE": []}')).to.equal(
      'tiers.json: SIMPLE: expected the name of an LLM, or an array of names, got an empty array',
    )
    expect(await faultOf('{"SIMPLE": ["x", ""]}')).to.include('tiers.json: SIMPLE')
    expect(await faultOf('{"SIMPLE": {"llm": "x"}}')).to.include('tiers.json: SIMPLE')
    expect(await faultOf('{"SIMPLE": "x", "B": "SIMPLE", "SIMPLE": "y"}')).to.equal(
      'tiers.json: expected each tier once, got "SIMPLE" twice',
    )
    expect(await faultOf('{"": "x"}')).to.include('expected names of tiers that are not empty')
  })

  it('says what else is wrong with the file', async () => {
    expect(await faultOf('{}')).to.equal('tiers.json: the value: expected at least one tier, got an object')
    expect(await faultOf('["x"]')).to.include('expected an object of LLMs by tier')
    expect(await faultOf('{"SIMPLE": ')).to.include('tiers.json: expected JSON')
    expect((await rejectionOf(readTiers(path.join(folder, 'none.json')))).message).to.equal(
      'none.json: expected a file, found none',
    )
  })
})
