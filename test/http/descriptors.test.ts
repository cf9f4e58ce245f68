import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'

import { expect } from 'chai'

import { writeStaticModel } from '../staticModel.js'

const PROGRAM = path.join(import.meta.dirname, 'descriptorsServer.js')

describe('a server without file descriptors', () => {
  let root: string
  before(async () => {
    root = await mkdtemp(path.join(os.tmpdir(), 'llimit-test-'))
    await writeStaticModel(root)
  })
  after(() => rm(root, { recursive: true, force: true }))

  it('says that nothing can be read now, and not that it is not there (fault 10)', async function () {
    if (process.platform === 'win32') this.skip()
    const command = 'ulimit -n 256; exec "$0" "$1" "$2"'
    const { stdout } = await promisify(execFile)('bash', ['-c', command, process.execPath, PROGRAM, root], {
      timeout: 60_000,
    })
    const { before, without, after } = JSON.parse(stdout) as Record<string, string[]>
    const usual = ['200', '200', '200', '404 MODEL_NOT_FOUND', '400 INVALID_JSON']
    expect(before).to.deep.equal(usual)
    // The loaded model answers; the others are not looked for. What has nothing to do with files is as before.
    expect(without).to.deep.equal([
      '200',
      '503 ENGINE_UNAVAILABLE',
      '200',
      '503 ENGINE_UNAVAILABLE',
      '400 INVALID_JSON',
    ])
    expect(after).to.deep.equal(usual)
  })
})
