import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'

import { expect } from 'chai'
import { z } from 'zod'

import { defineCommand } from '../../../src/cli/commandLine/command.js'
import { flag } from '../../../src/cli/commandLine/flags.js'
import { runCommand } from '../../../src/cli/commandLine/run.js'
import { LLimitError } from '../../../src/errors.js'

const stays = { signal: new AbortController().signal, status: new Promise<number>(() => undefined) }

/** What a command that does `run` writes to stderr, and its exit status. */
async function outcomeOf(run: () => Promise<unknown>, ...args: string[]) {
  const { exitCode } = process
  const write = process.stderr.write.bind(process.stderr)
  let stderr = ''
  process.stderr.write = (chunk) => {
    stderr += String(chunk)
    return true
  }
  const flags = z.object({ out: flag(z.string(), 'file', 'where to') })
  const command = defineCommand({ description: 'Does it.', examples: [], flags, run })
  try {
    process.exitCode = 0
    await runCommand(command, 'llimit do', args, stays)
    return { status: process.exitCode, stderr }
  } finally {
    process.stderr.write = write
    process.exitCode = exitCode
  }
}

describe('runCommand', () => {
  it('ends with 0, and says nothing by itself', async () => {
    expect(await outcomeOf(() => Promise.resolve({ done: true }), '--out', 'x')).to.deep.equal({
      status: 0,
      stderr: '',
    })
  })

  it('ends with 2 and one line of usage if the command line is wrong', async () => {
    const usage = 'usage: llimit do --out <file> [flags] (llimit do --help explains it)\n'
    const invalid = () => Promise.reject(new LLimitError('INVALID_ARGUMENT', '--out: there is no such place'))
    expect(await outcomeOf(invalid, '--out', 'x')).to.deep.equal({
      status: 2,
      stderr: `error: --out: there is no such place\n${usage}`,
    })
    expect(await outcomeOf(invalid)).to.deep.equal({ status: 2, stderr: `error: --out is missing\n${usage}` })
  })

  it('ends with 1 and one line for what we foresaw', async () => {
    const broken = () => Promise.reject(new LLimitError('INVALID_FILE', 'x.jsonl, line 3: expected JSON'))
    expect(await outcomeOf(broken, '--out', 'x')).to.deep.equal({
      status: 1,
      stderr: 'error: x.jsonl, line 3: expected JSON\n',
    })
  })

  it('ends with 1 and one line for a file or folder that the system refuses', async () => {
    const { status, stderr } = await outcomeOf(() => writeFile('/no/such/folder/file', ''), '--out', 'x')
    expect(status).to.equal(1)
    expect(stderr).to.match(/^error: ENOENT: .*\/no\/such\/folder\/file'\n$/)
  })

  it('shows the stack of an internal error', async () => {
    const { stderr } = await outcomeOf(() => Promise.reject(new TypeError('oops')), '--out', 'x')
    expect(stderr).to.match(/^error: oops\nTypeError: oops\n +at /)
  })

  it('ends without a stack if nobody reads on, as before `head`', () => {
    const from = (file: string) => new URL(`../../../src/cli/commandLine/${file}.js`, import.meta.url).href
    const script = `import { runCommand } from '${from('run')}'
      import { defineCommand } from '${from('command')}'
      import { z } from 'zod'
      const run = async (options, terminal) => {
        for (;;) { terminal.print('x'.repeat(1000)); await new Promise(setImmediate) }
      }
      await runCommand(defineCommand({ flags: z.object({}), run }), 'x', [])`
    const command = '"$0" --input-type=module -e "$1" | head -n 1'
    const { stdout, stderr } = spawnSync('sh', ['-c', command, process.execPath, script], {
      encoding: 'utf8',
    })
    expect(stdout).to.match(/^x+\n$/)
    expect(stderr).to.equal('')
  })

  it('ends with 1 and one line if the result cannot be written', function () {
    // A disk that is always full, on Linux.
    if (!existsSync('/dev/full')) this.skip()
    const from = (file: string) => new URL(`../../../src/cli/commandLine/${file}.js`, import.meta.url).href
    const script = `import { runCommand } from '${from('run')}'
      import { defineCommand } from '${from('command')}'
      import { z } from 'zod'
      const run = (options, terminal) => Promise.resolve(terminal.print('x'))
      await runCommand(defineCommand({ flags: z.object({}), run }), 'x', [])`
    const args = ['-c', '"$0" --input-type=module -e "$1" > /dev/full', process.execPath, script]
    const { status, stderr } = spawnSync('sh', args, { encoding: 'utf8' })
    expect(status).to.equal(1)
    expect(stderr).to.equal('error: the result cannot be written: ENOSPC: no space left on device, write\n')
  })
})
