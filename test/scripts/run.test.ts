import { writeFile } from 'node:fs/promises'

import { expect } from 'chai'

import { runScript } from '../../scripts/run.js'
import { LLimitError } from '../../src/errors.js'

describe('runScript', () => {
  const stderrOf = async (body: () => Promise<void>): Promise<string> => {
    const { exitCode } = process
    const write = process.stderr.write.bind(process.stderr)
    let text = ''
    process.stderr.write = (chunk) => {
      text += String(chunk)
      return true
    }
    try {
      await runScript('the usage', body)
    } finally {
      process.stderr.write = write
      process.exitCode = exitCode
    }
    return text
  }

  it('prints the usage where the arguments were wrong', async () => {
    const text = await stderrOf(() => Promise.reject(new LLimitError('INVALID_REQUEST', '--out is missing')))
    expect(text).to.equal('error: --out is missing\n\nthe usage\n')
  })

  it('prints one line for a file or folder that the system refuses', async () => {
    const text = await stderrOf(() => writeFile('/no/such/folder/file', ''))
    expect(text).to.match(/^error: ENOENT: .*\/no\/such\/folder\/file'\n$/)
  })

  it('prints the stack of a mistake of our own', async () => {
    const text = await stderrOf(() => Promise.reject(new TypeError('oops')))
    expect(text).to.match(/^error: oops\nTypeError: oops\n +at /)
  })
})
