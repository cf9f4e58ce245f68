import { Readable } from 'node:stream'

import { expect } from 'chai'
import fc from 'fast-check'

import { readLines } from '../../src/outcomes/readLines.js'
import { rejection } from '../rejection.js'

async function read(chunks: Buffer[], limit?: number) {
  const lines = []
  for await (const line of readLines(Readable.from(chunks, { objectMode: false }), 'f', limit))
    lines.push(line)
  return lines
}

describe('readLines', () => {
  it('gives the lines whatever the chunks, with their numbers', async () => {
    const line = fc.string({ unit: fc.constantFrom('a', 'é', '😀', '\u2028', '\r'), maxLength: 5 })
    const property = fc.asyncProperty(fc.array(line), fc.integer({ min: 1, max: 7 }), async (texts, size) => {
      const bytes = Buffer.from(texts.join('\n'))
      const chunks = []
      for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size))
      const expected = texts
        .map((text, i) => ({ text, number: i + 1 }))
        .filter(({ text }) => text.trim() !== '')
      expect(await read(chunks)).to.deep.equal(expected)
    })
    await fc.assert(property, { numRuns: 200 })
  })

  it('refuses a line above the limit, ended or not', async () => {
    expect(await read([Buffer.from('1234\n12345')], 5)).to.have.length(2)
    for (const text of ['1\n123456\n', '1\n123456']) {
      expect(String(await rejection(read([Buffer.from(text)], 5)))).to.match(/f, line 2: longer than 5/)
    }
  })
})
