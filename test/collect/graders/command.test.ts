import { readFile } from 'node:fs/promises'
import path from 'node:path'

import { expect } from 'chai'

import { gradeByCommand } from '../../../src/collect/graders/command.js'
import type { Task } from '../../../src/collect/task.js'
import { DataFiles } from '../../outcomes/dataFiles.js'
import { rejection } from '../../rejection.js'

const ANSWER = 'Here:\n```js\nmodule.exports = (x) => x + 1\n```\nIt adds one.'
const task = { fields: { prompt: 'add one', tests: 'f(1) === 2' } } as unknown as Task

describe('gradeByCommand', () => {
  const files = new DataFiles()
  beforeEach(() => files.open())
  afterEach(() => files.close())

  const grade = (command: string, timeoutMs = 60_000, signal = new AbortController().signal) =>
    gradeByCommand(ANSWER, task, { command, timeoutMs, signal, environment: { PATH: process.env['PATH'] } })

  it('gives a point for exit status 0 alone', async () => {
    expect(await grade('exit 0')).to.equal(1)
    expect(await grade('exit 1')).to.equal(0)
    expect(await grade('kill -9 $$')).to.equal(0)
  })

  it('gives the answer on stdin, its code and the line of the prompt as files', async () => {
    const out = path.join(files.folder, 'seen')
    expect(await grade(`cat > ${out}; cat "$1" >> ${out}; cat "$2" >> ${out}`)).to.equal(1)
    const code = 'module.exports = (x) => x + 1\n'
    expect(await readFile(out, 'utf8')).to.equal(`${ANSWER}${code}${JSON.stringify(task.fields)}`)
    const run = `"${process.execPath}" -e 'const f = require(process.argv[1]); process.exit(f(1) === 2 ? 0 : 1)' "$1"`
    expect(await grade(run)).to.equal(1)
  })

  it('gives no other variable than those it is told', async () => {
    process.env['COLLECT_TEST_KEY'] = 'secret'
    try {
      expect(await grade('test -z "$COLLECT_TEST_KEY"')).to.equal(1)
    } finally {
      delete process.env['COLLECT_TEST_KEY']
    }
  })

  it('ends what takes too long, with all that it has started, and removes its files', async () => {
    const out = path.join(files.folder, 'pids')
    expect(await grade(`sleep 60 & echo $! > ${out}; echo "$1" >> ${out}; wait`, 300)).to.equal(0)
    const [pid, file = ''] = (await readFile(out, 'utf8')).trim().split('\n')
    // A process that was ended may take a moment to go.
    for (let tries = 0; tries < 100 && isRunning(Number(pid)); tries++)
      await new Promise((resolve) => setTimeout(resolve, 20))
    expect(isRunning(Number(pid))).to.equal(false)
    expect(await rejection(readFile(file))).to.include({ code: 'ENOENT' })
  })

  it('ends when the run ends', async () => {
    const controller = new AbortController()
    const graded = grade('sleep 60', 60_000, controller.signal)
    setTimeout(() => controller.abort(), 50)
    expect(await graded).to.equal(0)
  })

  it('says that a command cannot be run, and why', async () => {
    const error = await rejection(grade('no-such-program "$1"'))
    expect(error).to.have.property('code', 'INVALID_ARGUMENT')
    expect(error)
      .to.have.property('message')
      .that.matches(/--command could not be run \(exit status 127\): .*no-such-program/)
  })
})

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
