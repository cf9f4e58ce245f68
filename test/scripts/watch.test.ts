import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'

import { expect } from 'chai'

import { repositoryRoot } from '../repository.js'

const WATCH = path.join(repositoryRoot, 'dist/scripts/watch.js')

const COMPILER_OPTIONS = { rootDir: '.', outDir: 'out', types: [], lib: ['ES2022'], skipLibCheck: true }

describe('watch', () => {
  let folder: string
  let watch: ChildProcess | undefined
  before(async () => (folder = await mkdtemp(path.join(os.tmpdir(), 'watch-'))))
  after(async () => {
    watch?.kill('SIGKILL')
    await rm(folder, { recursive: true })
  })

  const write = (name: string, text: string) => writeFile(path.join(folder, name), text)
  /** A program that tells its process and goes on. */
  const program = (name: string) =>
    `declare const process: { pid: number }, console: { log(text: string): void }
     declare function setInterval(action: () => void, ms: number): void
     console.log('${name} ' + process.pid)
     setInterval(() => undefined, 1000)`

  it('starts a program again after each compilation without errors, and ends it with itself', async () => {
    await write('tsconfig.json', JSON.stringify({ compilerOptions: COMPILER_OPTIONS }))
    await write('program.ts', program('first'))
    const child = spawn(process.execPath, [WATCH, 'out/program.js'], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    watch = child
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    const next = async (pattern: RegExp): Promise<string> => {
      for (let line = await lines.next(); line.done !== true; line = await lines.next()) {
        const match = pattern.exec(line.value)
        if (match) return match[1] ?? match[0]
      }
      throw new Error(`expected a line that matches ${String(pattern)}, got none`)
    }

    const first = Number(await next(/^first (\d+)$/))
    await write('program.ts', `${program('broken')}; undefined.length`)
    await next(/Found 1 error/)
    expect(isRunning(first), 'a broken source leaves the program that runs').to.be.true

    await write('program.ts', program('second'))
    const second = Number(await next(/^second (\d+)$/))
    expect(isRunning(first)).to.be.false
    expect(isRunning(second)).to.be.true

    child.kill('SIGTERM')
    expect(await once(child, 'exit')).to.deep.equal([0, null])
    expect(isRunning(second)).to.be.false
  })
})

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
