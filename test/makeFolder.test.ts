import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { expect } from 'chai'

import { makeFolder } from '../src/makeFolder.js'
import { rejection } from './rejection.js'

describe('makeFolder', () => {
  let root = ''
  before(async () => (root = await mkdtemp(path.join(tmpdir(), 'folder-'))))
  after(() => rm(root, { recursive: true }))

  it('makes a folder and those above it, also when it is there or another one makes it', async () => {
    const deep = path.join(root, 'a/b/c')
    await Promise.all([makeFolder(deep), makeFolder(deep), makeFolder(path.join(root, 'a/b/d'))])
    await makeFolder(deep)
    expect((await stat(deep)).isDirectory()).to.equal(true)
    expect((await stat(path.join(root, 'a/b/d'))).isDirectory()).to.equal(true)
  })

  it('ends where it cannot', async () => {
    const file = path.join(root, 'file')
    await writeFile(file, '')
    expect(await rejection(makeFolder(file))).to.include({ code: 'EEXIST' })
    expect(await rejection(makeFolder(path.join(file, 'below')))).to.be.an('error')
    if (process.platform === 'linux')
      expect(await rejection(makeFolder('/proc/nope/below'))).to.include({ code: 'ENOENT' })
  })
})
