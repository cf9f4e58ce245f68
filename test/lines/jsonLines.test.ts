import { Readable } from 'node:stream'

import { expect } from 'chai'

import { readJsonLines } from '../../src/lines/jsonLines.js'
import { rejection } from '../rejection.js'

async function read(text: string) {
  const rows = []
  for await (const row of readJsonLines(Readable.from([Buffer.from(text)]), 'f')) rows.push(row)
  return rows
}

describe('readJsonLines', () => {
  it('gives the values with their lines, and skips blank ones', async () => {
    expect(await read('\ufeff{"a":1}\r\n\n \t\n3')).to.deep.equal([
      { value: { a: 1 }, where: 'f, line 1' },
      { value: 3, where: 'f, line 4' },
    ])
  })

  it('names the line that is not JSON', async () => {
    expect(await rejection(read('{}\n{"a":'))).to.include({
      code: 'INVALID_FILE',
      message: 'f, line 2: expected JSON, got "{\\"a\\":"',
    })
  })
})
