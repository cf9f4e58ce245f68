import { Readable } from 'node:stream'

import { expect } from 'chai'
import fc from 'fast-check'

import { readLines } from '../../src/lines/readLines.js'
import { rejection } from '../rejection.js'

async function read(chunks: Buffer[], options?: { maxBytes?: number; mayBeCutOff?: boolean }) {
  const lines = []
  for await (const line of readLines(Readable.from(chunks, { objectMode: false }), 'f', options))
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
      const lines = await read(chunks)
      // After the last line feed there is a line only if it has a character.
      const expected = texts.at(-1) === '' ? texts.slice(0, -1) : texts
      expect(lines.map(({ text }) => text)).to.deep.equal(expected)
      expect(lines.map(({ number }) => number)).to.deep.equal(expected.map((_, i) => i + 1))
      for (const { number, ended, end } of lines) {
        expect(ended).to.equal(number < texts.length)
        expect(end).to.equal(Buffer.byteLength(texts.slice(0, number).join('\n')) + (ended ? 1 : 0))
      }
    })
    await fc.assert(property, { numRuns: 200 })
  })

  it('leaves out a byte order mark, but for the bytes that it counts', async () => {
    for (const size of [1, 100]) {
      const bytes = Buffer.from('\ufeffa\n\ufeffb')
      const chunks = []
      for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size))
      expect(await read(chunks)).to.deep.equal([
        { text: 'a', number: 1, ended: true, end: 5 },
        { text: '\ufeffb', number: 2, ended: false, end: 9 },
      ])
    }
  })

  it('refuses a line above the limit, ended or not', async () => {
    expect(await read([Buffer.from('1234\n12345')], { maxBytes: 5 })).to.have.length(2)
    for (const text of ['1\n123456\n', '1\n123456']) {
      const error = await rejection(read([Buffer.from(text)], { maxBytes: 5 }))
      expect(error).to.include({
        code: 'INVALID_FILE',
        message: 'f, line 2: expected at most 5 bytes, got more',
      })
    }
  })

  it('refuses what is not UTF-8, naming the line, but for the end of a line that was cut off', async () => {
    const cut = Buffer.from('ok\ncaf\u00e9').subarray(0, -1)
    expect(await rejection(read([cut]))).to.include({
      code: 'INVALID_FILE',
      message: 'f, line 2: expected UTF-8, got other bytes; save the file as UTF-8',
    })
    const lines = await read([cut], { mayBeCutOff: true })
    expect(lines.map(({ text }) => text)).to.deep.equal(['ok', 'caf\ufffd'])
    const ended = Buffer.concat([cut, Buffer.from('\n')])
    expect(await rejection(read([ended], { mayBeCutOff: true }))).to.include({ code: 'INVALID_FILE' })
  })
})
