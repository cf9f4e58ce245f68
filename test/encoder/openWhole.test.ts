import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'

import { expect } from 'chai'

import { openWhole } from '../../src/encoder/openWhole.js'
import { rejection } from '../rejection.js'

describe('openWhole', () => {
  let directory: string
  beforeEach(async () => {
    directory = await mkdtemp(path.join(os.tmpdir(), 'llimit-whole-'))
    await writeFile(path.join(directory, 'weights'), 'old')
  })
  afterEach(() => rm(directory, { recursive: true }))

  const closed: string[] = []
  const opening = (change: () => Promise<void>) =>
    openWhole(
      directory,
      () => change().then(() => 'opened'),
      (opened) => Promise.resolve(void closed.push(opened)),
    )

  it('gives what was opened if no file was changed meanwhile', async () => {
    expect(await opening(() => Promise.resolve())).to.equal('opened')
    expect(closed).to.deep.equal([])
  })

  it('closes what may be made of old and new files, and says so', async () => {
    const changes = [
      () => writeFile(path.join(directory, 'weights'), 'new'),
      () => writeFile(path.join(directory, 'config'), '{}'),
      () => rename(path.join(directory, 'weights'), path.join(directory, 'other')),
      () => rm(path.join(directory, 'other')),
    ]
    for (const change of changes) {
      closed.length = 0
      const error = await rejection(opening(change))
      expect(error).to.include({ code: 'ENGINE_UNAVAILABLE' })
      expect(String(error)).to.match(/were changed while it was opened; try again when they are all there/)
      expect(closed).to.deep.equal(['opened'])
    }
  })
})
