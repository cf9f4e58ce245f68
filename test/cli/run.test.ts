import { spawnSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'

import { expect } from 'chai'

import { runScript } from '../../src/cli/run.js'
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

  it('ends without a stack where nobody reads on, as before `head`', () => {
    const module = new URL('../../src/cli/run.js', import.meta.url).href
    const script = `import { print, runScript } from '${module}'
      await runScript('', async () => {
        for (;;) { print('x'.repeat(1000)); await new Promise(setImmediate) }
      })`
    const command = '"$0" --input-type=module -e "$1" | head -n 1'
    const { stdout, stderr } = spawnSync('sh', ['-c', command, process.execPath, script], {
      encoding: 'utf8',
    })
    expect(stdout).to.match(/^x+\n$/)
    expect(stderr).to.equal('')
  })
})
