import { existsSync } from 'node:fs'
import { appendFile, mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'

import { expect } from 'chai'

import { LLimitError } from '../../src/errors.js'
import { linesIn } from '../../src/feedback/logFiles.js'
import { parseReport } from '../../src/feedback/report.js'
import { ReportLog } from '../../src/feedback/reportLog.js'
import { emptyFolder } from '../encoder/static/tinyStatic.js'
import { rejection } from '../rejection.js'
import { aReport } from './aReport.js'

describe('ReportLog', () => {
  let folder: string
  const opened: ReportLog[] = []
  beforeEach(async () => {
    folder = path.join(await emptyFolder(), 'log')
  })
  afterEach(() => Promise.all(opened.splice(0).map((log) => log.close())))

  const open = async (worker = 0, maxBytes = 2 ** 30) => {
    const log = await ReportLog.open(folder, worker, maxBytes)
    opened.push(log)
    return log
  }
  const reports = (...ids: string[]) => ids.map(aReport)
  /** Ids in the folder; undefined for a line that is no report. */
  const ids = async () => {
    const found: (string | undefined)[] = []
    for await (const line of linesIn(folder)) found.push(parseReport(line)?.id)
    return found
  }

  it('writes each id once: in a request, in several at once, and after it was opened again', async () => {
    const log = await open()
    expect(await log.append(reports('a', 'b', 'a'))).to.deep.equal({ accepted: 2, known: 1 })
    const atOnce = await Promise.all([reports('b', 'c'), reports('c', 'd')].map((some) => log.append(some)))
    expect(atOnce).to.deep.equal([
      { accepted: 1, known: 1 },
      { accepted: 1, known: 1 },
    ])
    const again = await open()
    expect(await again.append(reports('a', 'd', 'e'))).to.deep.equal({ accepted: 1, known: 2 })
    expect(await ids()).to.deep.equal(['a', 'b', 'c', 'd', 'e'])
  })

  it('goes on after a request that brought nothing new', async () => {
    const log = await open()
    await log.append(reports('a'))
    expect(await log.append(reports('a'))).to.deep.equal({ accepted: 0, known: 1 })
    expect(await log.append(reports('a', 'b'))).to.deep.equal({ accepted: 1, known: 1 })
    expect(await log.append([])).to.deep.equal({ accepted: 0, known: 0 })
    expect(await log.append(reports('c'))).to.deep.equal({ accepted: 1, known: 0 })
    expect(await ids()).to.deep.equal(['a', 'b', 'c'])
  })

  it('knows what other processes have written before', async () => {
    await (await open(1)).append(reports('a'))
    const other = await open(2)
    expect(await other.append(reports('a', 'b'))).to.deep.equal({ accepted: 1, known: 1 })
    expect(existsSync(path.join(folder, 'outcomes-2.jsonl'))).to.equal(true)
  })

  it('keeps the first of equal ids, and the order of what comes during a write', async () => {
    const log = await open()
    const twice = [aReport('x'), { ...aReport('x'), score: 1 }]
    const all = ['0', '1', '2', '3', '4', '5', '6', '7'].map((id) => log.append(reports(id)))
    await Promise.all([...all, log.append(twice)])
    expect(await ids()).to.deep.equal(['0', '1', '2', '3', '4', '5', '6', '7', 'x'])
    const [last] = (await readFile(path.join(folder, 'outcomes-0.jsonl'), 'utf8'))
      .trim()
      .split('\n')
      .slice(-1)
    expect(parseReport(last ?? '')?.score).to.equal(0.5)
  })

  it('goes on after a line that a crash has cut off, whose id is not known', async () => {
    const file = path.join(folder, 'outcomes-0.jsonl')
    await (await open()).append(reports('a', 'b'))
    const whole = await readFile(file)
    const second = whole.indexOf('\n') + 1
    for (let end = second + 1; end < whole.length - 1; end += 17) {
      await writeFile(file, whole.subarray(0, end))
      expect(await (await open()).append(reports('a', 'b'))).to.deep.equal({ accepted: 1, known: 1 })
      expect(await ids()).to.deep.equal(['a', undefined, 'b'])
    }
    // All but its end.
    await writeFile(file, whole.subarray(0, whole.length - 1))
    expect(await (await open()).append(reports('b', 'c'))).to.deep.equal({ accepted: 1, known: 1 })
    expect(await ids()).to.deep.equal(['a', 'b', 'c'])
  })

  it('reads past bytes that a crash has left', async () => {
    await (await open()).append(reports('a'))
    await appendFile(path.join(folder, 'outcomes-0.jsonl'), Buffer.from([0, 0, 0xff, 0xc3]))
    expect(await (await open()).append(reports('a', 'b'))).to.deep.equal({ accepted: 1, known: 1 })
    expect(await ids()).to.deep.equal(['a', undefined, 'b'])
  })

  it('begins a new file if somebody has removed it, and stays in one that was renamed', async () => {
    const file = path.join(folder, 'outcomes-0.jsonl')
    const log = await open()
    await log.append(reports('a'))
    await rm(file)
    await log.append(reports('b'))
    expect(await ids()).to.deep.equal(['b'])
    await rename(file, path.join(folder, 'old.jsonl'))
    await log.append(reports('c'))
    expect(await ids()).to.deep.equal(['b', 'c'])
  })

  it('knows the ids of all pieces that are left, and forgets those that were deleted when it is opened again', async () => {
    const log = await open(0, 16 * 500)
    const all = Array.from({ length: 60 }, (_, i) => String(i))
    for (const id of all) await log.append(reports(id))
    const left = await ids()
    expect(left.length).to.be.within(15, 59)
    expect(left).to.deep.equal(all.slice(-left.length))
    expect(await log.append(reports(...all))).to.deep.equal({ accepted: 0, known: 60 })
    const again = await open(0, 2 ** 30)
    expect(await again.append(reports(...all))).to.deep.equal({
      accepted: 60 - left.length,
      known: left.length,
    })
  })

  it('writes what waits when it is closed, and takes nothing after', async () => {
    const log = await open()
    const waiting = Promise.all(['a', 'b', 'c'].map((id) => log.append(reports(id))))
    await log.close()
    expect(await waiting).to.have.length(3)
    expect(await ids()).to.deep.equal(['a', 'b', 'c'])
    const error = await rejection(log.append(reports('d')))
    expect(error).to.be.instanceOf(LLimitError).and.to.have.property('code', 'ENGINE_UNAVAILABLE')
  })

  it('rejects what the disk does not take, and takes it when there is room', async function () {
    if (!existsSync('/dev/full')) return this.skip()
    const file = path.join(folder, 'outcomes-0.jsonl')
    await mkdir(folder)
    await symlink('/dev/full', file)
    const log = await open()
    const errors = await Promise.all([log.append(reports('a')), log.append(reports('b'))].map(rejection))
    for (const error of errors)
      expect(error).to.be.instanceOf(LLimitError).and.to.have.property('code', 'ENGINE_UNAVAILABLE')
    await rm(file)
    expect(await log.append(reports('a', 'b'))).to.deep.equal({ accepted: 2, known: 0 })
    expect(await ids()).to.deep.equal(['a', 'b'])
  })

  it('names a folder that it cannot use', async () => {
    await writeFile(folder, '')
    const error = await rejection(ReportLog.open(folder, 0, 2 ** 30))
    expect(error).to.be.instanceOf(LLimitError).and.to.have.property('code', 'INVALID_CONFIG')
    expect(String(error)).to.include(folder)
  })
})
