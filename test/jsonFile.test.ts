import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'

import { expect } from 'chai'
import { z } from 'zod'

import { LLimitError } from '../src/errors.js'
import { readJsonFile } from '../src/jsonFile.js'
import { rejection } from './rejection.js'

const schema = z.object({ width: z.int().positive(), names: z.array(z.string()).default([]) })

describe('a JSON file', () => {
  let folder: string
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'json-'))
  })
  after(() => rm(folder, { recursive: true }))

  const origin = { name: 'size.json of the test', code: 'MODEL_BROKEN' } as const
  const file = () => path.join(folder, 'size.json')

  /** The message for a file with this content. */
  async function fault(content: string): Promise<string> {
    await writeFile(file(), content)
    return messageOf(await rejection(readJsonFile(file(), schema, origin)))
  }

  function messageOf(error: unknown): string {
    expect(error).to.be.instanceOf(LLimitError).and.include({ code: 'MODEL_BROKEN' })
    const { message } = error as LLimitError
    expect(message)
      .to.match(/^size\.json of the test: /)
      .and.not.contain(folder)
    return message
  }

  it('is read and checked', async () => {
    await writeFile(file(), '{"width": 3}')
    expect(await readJsonFile(file(), schema, origin)).to.deep.equal({ width: 3, names: [] })
  })

  it('is named with every field that is wrong', async () => {
    expect(await fault('{"width": "a", "names": [1]}')).to.equal(
      'size.json of the test: width: expected number, got "a"; names[0]: expected string, got 1',
    )
    expect(await fault('[]')).to.match(/: the value: expected object, got an empty array$/)
  })

  it('is named when it is not JSON', async () => {
    expect(await fault('{"width":')).to.match(/: expected JSON: .*JSON/)
  })

  it('may be missing only if a value stands for it', async () => {
    const missing = path.join(folder, 'none.json')
    const message = messageOf(await rejection(readJsonFile(missing, schema, origin)))
    expect(message).to.match(/: expected a file, found none$/)
    const read = await readJsonFile(missing, schema, { ...origin, absent: { width: 7 } })
    expect(read).to.deep.equal({ width: 7, names: [] })
  })

  it('is named when it cannot be read, whatever stands for a missing one', async () => {
    const directory = path.join(folder, 'directory.json')
    await mkdir(directory)
    const error = await rejection(readJsonFile(directory, schema, { ...origin, absent: { width: 7 } }))
    expect(messageOf(error)).to.match(/: cannot be read \(EISDIR\)$/)
  })

  it('is refused if it is a pipe, a device, or too large to be parsed', async () => {
    const pipe = path.join(folder, 'pipe')
    execFileSync('mkfifo', [pipe])
    for (const special of [pipe, '/dev/zero']) {
      expect(messageOf(await rejection(readJsonFile(special, schema, origin)))).to.match(
        /expected a regular file, got a pipe or a device/,
      )
    }
    await writeFile(file(), '{}')
    await truncate(file(), 600 * 2 ** 20)
    expect(messageOf(await rejection(readJsonFile(file(), schema, origin)))).to.match(
      /expected at most 67108864 bytes, got 629145600/,
    )
  })

  it('is refused if it is nested so deeply that a schema of any JSON cannot follow', async () => {
    await writeFile(file(), '['.repeat(200_000) + ']'.repeat(200_000))
    expect(messageOf(await rejection(readJsonFile(file(), z.json(), origin)))).to.match(
      /expected JSON that is less deeply nested/,
    )
  })
})
