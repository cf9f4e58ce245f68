import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'

import { expect } from 'chai'
import fc from 'fast-check'

import { linesIn } from '../../src/feedback/logFiles.js'
import { RotatingFile } from '../../src/feedback/rotatingFile.js'
import { emptyFolder } from '../encoder/static/tinyStatic.js'
import { rejection } from '../rejection.js'

/** 160 bytes, so that a piece has 10. */
const MAX_BYTES = 160

describe('RotatingFile', () => {
  let folder: string
  const opened: RotatingFile[] = []
  beforeEach(async () => {
    folder = path.join(await emptyFolder(), 'log')
  })
  afterEach(() => Promise.all(opened.splice(0).map((file) => file.close())))

  const open = async (name = 'x', maxBytes = MAX_BYTES) => {
    const file = await RotatingFile.open(folder, name, maxBytes)
    opened.push(file)
    return file
  }
  const lines = async (maxBytes?: number) => {
    const found: string[] = []
    for await (const line of linesIn(folder, maxBytes)) found.push(line)
    return found
  }
  const names = async () => (await readdir(folder)).sort()
  const content = (name: string) => readFile(path.join(folder, name), 'utf8')

  it('makes pieces, and deletes the oldest of more than sixteen', async () => {
    const file = await open()
    for (let i = 10; i < 13; i++) await file.append(`line ${i}\n`)
    expect(await names()).to.deep.equal(['x.000001.jsonl', 'x.000002.jsonl', 'x.jsonl'])
    expect(await content('x.000001.jsonl')).to.equal('line 10\n')
    for (let i = 13; i < 40; i++) await file.append(`line ${i}\n`)
    const left = await lines()
    expect(left).to.deep.equal(Array.from({ length: 16 }, (_, i) => `line ${i + 24}`))
    expect(await names()).to.have.length(16)
  })

  it('keeps the last lines in their order, in no more bytes than the bound', async () => {
    const sizes = fc.array(fc.nat(30), { minLength: 1, maxLength: 60 })
    await fc.assert(
      fc.asyncProperty(sizes, fc.integer({ min: 200, max: 2000 }), async (lengths, maxBytes) => {
        folder = await emptyFolder()
        const written = lengths.map((length, i) => `${i}`.padEnd(length + 2, '.'))
        for (const line of written) {
          // As if the server was started again each time.
          const file = await RotatingFile.open(folder, 'x', maxBytes)
          await file.append(`${line}\n`)
          await file.close()
        }
        const left = await lines()
        expect(left).to.deep.equal(written.slice(-left.length))
        const bytes = left.reduce((sum, line) => sum + line.length + 1, 0)
        expect(bytes).to.be.at.most(Math.max(maxBytes, 33 * 16))
        // Nothing is deleted as long as all fits into fifteen pieces that are half full.
        const whole = written.reduce((sum, line) => sum + line.length + 1, 0)
        if (whole < (15 / 2) * Math.floor(maxBytes / 16)) expect(left).to.have.length(written.length)
      }),
      { numRuns: 15 },
    )
  })

  it('begins each piece with its head', async () => {
    const file = await open()
    for (const line of ['a', 'b']) await file.append(`${line.repeat(8)}\n`, 'head\n')
    expect(await content('x.000001.jsonl')).to.equal('head\naaaaaaaa\n')
    expect(await content('x.jsonl')).to.equal('head\nbbbbbbbb\n')
  })

  it('loses nothing of two processes that add to one file', async () => {
    // Again and again: what one of them does between two steps of the other is a matter of chance.
    for (let round = 0; round < 30; round++) {
      folder = path.join(await emptyFolder(), 'log')
      const files = [await open('x', 16 * 50), await open('x', 16 * 50)]
      const written = await Promise.all(
        files.map(async (file, f) => {
          const own = Array.from({ length: 40 }, (_, i) => `${f} ${i}`)
          for (const line of own) await file.append(`${line}\n`)
          return own
        }),
      )
      const left = await lines()
      expect(left).to.have.members(written.flat())
      expect((await names()).length).to.be.greaterThan(5)
    }
  })

  it('goes on after a crash between the name of a piece and the piece', async () => {
    const file = await open()
    await file.append('line one\n')
    await writeFile(path.join(folder, 'x.000001.jsonl'), '')
    for (const line of ['two', 'three']) await file.append(`line ${line}\n`)
    expect(await lines()).to.deep.equal(['line one', 'line two', 'line three'])
  })

  it('leaves a file that was renamed by hand as it is, and begins one that was removed again', async () => {
    const file = await open()
    await file.append('line one\n')
    await rename(path.join(folder, 'x.jsonl'), path.join(folder, 'old.jsonl'))
    await file.append('line two\n')
    expect(await names()).to.deep.equal(['old.jsonl', 'x.jsonl'])
    await rm(path.join(folder, 'x.jsonl'))
    await file.append('line three\n')
    expect(await lines()).to.deep.equal(['line one', 'line three'])
  })
})

describe('linesIn', () => {
  it('reads the last bytes of a file over its pieces, and those of others too', async () => {
    const folder = await emptyFolder()
    const pieces = {
      'x.000001.jsonl': 'a\nb\n',
      'x.000002.jsonl': 'c\nd\n',
      'x.jsonl': 'e\nf\n',
      'y.jsonl': 'g\nh\n',
    }
    for (const [name, text] of Object.entries(pieces)) await writeFile(path.join(folder, name), text)
    const read = async (maxBytes?: number) => {
      const found: string[] = []
      for await (const line of linesIn(folder, maxBytes)) found.push(line)
      return found.join('')
    }
    expect(await read()).to.equal('abcdefgh')
    // The line in which it begins may have been cut.
    expect(await read(7)).to.equal('defgh')
    expect(await read(3)).to.equal('fh')
  })

  it('names a folder that is not there', async () => {
    const folder = path.join(await emptyFolder(), 'nowhere')
    const error = await rejection(linesIn(folder).next())
    expect(error).to.have.property('code', 'INVALID_FILE')
    expect(String(error)).to.include(`expected a folder with a log, got ${folder}`)
  })

  it('reads on in what is rotated and deleted meanwhile', async () => {
    const folder = await emptyFolder()
    const file = await RotatingFile.open(folder, 'x', MAX_BYTES)
    for (let i = 10; i < 14; i++) await file.append(`line ${i}\n`)
    const found: string[] = []
    for await (const line of linesIn(folder)) {
      if (found.length === 0) for (let i = 14; i < 50; i++) await file.append(`line ${i}\n`)
      found.push(line)
    }
    await file.close()
    expect(found.slice(0, 4)).to.deep.equal(['line 10', 'line 11', 'line 12', 'line 13'])
  })
})
