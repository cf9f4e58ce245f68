import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

import { expect } from 'chai'

import { newestProgram } from '../../src/cli/newestProgram.js'

describe('newestProgram', () => {
  let dist: string
  beforeEach(async () => (dist = await mkdtemp(path.join(os.tmpdir(), 'newest-'))))
  afterEach(() => rm(dist, { recursive: true }))

  const write = async (file: string, seconds: number) => {
    await mkdir(path.dirname(path.join(dist, file)), { recursive: true })
    await writeFile(path.join(dist, file), '')
    await utimes(path.join(dist, file), seconds, seconds)
  }
  const found = () => {
    const url = pathToFileURL(`${dist}${path.sep}`)
    return newestProgram(url).href.slice(url.href.length)
  }

  it('is the bundle', async () => {
    await write('.tsbuildinfo', 100)
    await write('server/program.js', 101)
    expect(found()).to.equal('server/program.js')
  })

  it('is the bundle where nobody knows when the modules were compiled', async () => {
    await write('server/program.js', 101)
    expect(found()).to.equal('server/program.js')
  })

  it('is the modules if they were compiled since, or if there is no bundle', async () => {
    await write('.tsbuildinfo', 102)
    expect(found()).to.equal('src/cli/program.js')
    await write('server/program.js', 101)
    expect(found()).to.equal('src/cli/program.js')
  })
})
