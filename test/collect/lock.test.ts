import { readdir, writeFile } from 'node:fs/promises'
import path from 'node:path'

import { expect } from 'chai'

import { lockFolder } from '../../src/collect/lock.js'
import { DataFiles } from '../outcomes/dataFiles.js'
import { rejection } from '../rejection.js'

/** Above every process identifier that systems give. */
const NO_PROCESS = 2 ** 30

describe('lockFolder', () => {
  const files = new DataFiles()
  beforeEach(() => files.open())
  afterEach(() => files.close())

  it('keeps others out until it is given free', async () => {
    const folder = path.join(files.folder, 'new')
    const unlock = await lockFolder(folder)
    const error = await rejection(lockFolder(folder))
    expect(error).to.include({ code: 'CONFLICT' })
    expect(error).to.have.property('message').that.includes(`process ${process.pid} collects into`)
    await unlock()
    expect(await readdir(folder)).to.deep.equal([])
    await (
      await lockFolder(folder)
    )()
  })

  it('takes the place of a process that has crashed', async () => {
    for (const content of [`${NO_PROCESS}\n`, '', 'no number']) {
      await writeFile(path.join(files.folder, 'lock'), content)
      await (
        await lockFolder(files.folder)
      )()
    }
  })
})
