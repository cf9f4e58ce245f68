import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'

import { expect } from 'chai'

import { repositoryRoot } from '../repository.js'

const compiled = (file: string) => pathToFileURL(path.join(repositoryRoot, 'dist', file)).href

/** In a process of its own: it changes what `stack` is everywhere. */
describe('nameSourceLines', () => {
  let folder: string
  before(async () => (folder = await mkdtemp(path.join(os.tmpdir(), 'lines-'))))
  after(() => rm(folder, { recursive: true }))

  const stackOf = async (body: string) => {
    const program = `import { nameSourceLines } from '${compiled('src/cli/sourceLines.js')}'
import { at } from '${compiled('src/numeric/at.js')}'
nameSourceLines()
try { ${body} } catch (error) { console.log(error.stack) }`
    const file = path.join(folder, 'program.mjs')
    await writeFile(file, program)
    return (await promisify(execFile)(process.execPath, [file])).stdout.split('\n')
  }

  it('names the line of TypeScript, as Node with --enable-source-maps', async () => {
    const [message, first, second] = await stackOf('at([1], 5)')
    expect(message).to.match(/^RangeError: /)
    expect(first).to.match(/^ {4}at at \(file:\/\/.*\/src\/numeric\/at\.ts:\d+:\d+\)$/)
    // It has no map.
    expect(second).to.match(/program\.mjs:4:7/)
  })

  it('leaves what is not of a file as it is', async () => {
    const lines = await stackOf('[1].map(() => { throw new TypeError("no") })')
    expect(lines[0]).to.equal('TypeError: no')
    expect(lines).to.include('    at Array.map (<anonymous>)')
  })
})
