import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'

import { expect } from 'chai'

import { openFile, readError } from '../../src/lines/fileStream.js'
import { rejection } from '../rejection.js'

describe('openFile', () => {
  let folder: string
  beforeEach(async () => (folder = await mkdtemp(path.join(os.tmpdir(), 'llimit-lines-'))))
  afterEach(() => rm(folder, { recursive: true }))

  it('gives what a file says, compressed or not, and the checksum of the file on disk', async () => {
    for (const [name, content] of [
      ['a.txt', Buffer.from('one\ntwo')],
      ['a.txt.gz', gzipSync('one\ntwo')],
    ] as const) {
      const file = path.join(folder, name)
      await writeFile(file, content)
      const { content: stream, sha256 } = openFile(file)
      expect(await text(stream)).to.equal('one\ntwo')
      expect(sha256()).to.equal(
        createHash('sha256')
          .update(await readFile(file))
          .digest('hex'),
      )
    }
  })

  it('fails for a file that is missing, and for one that was cut off', async () => {
    const missing = path.join(folder, 'none')
    expect(String(await rejection(text(openFile(missing).content)))).to.match(/ENOENT/)
    const cut = path.join(folder, 'cut.gz')
    await writeFile(cut, gzipSync('one\ntwo'))
    await truncate(cut, 20)
    expect(String(await rejection(text(openFile(cut).content)))).to.match(/unexpected end of file/)
  })
})

describe('readError', () => {
  it('names the file, and keeps the cause', () => {
    const cause = new Error('disk')
    expect(readError('a.txt', cause)).to.include({
      code: 'INVALID_FILE',
      message: 'a.txt cannot be read: disk',
      cause,
    })
    const known = readError('a.txt', cause)
    expect(readError('b.txt', known)).to.equal(known)
  })
})
