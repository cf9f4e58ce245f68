import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'

import { expect } from 'chai'
import fc from 'fast-check'

import { Log } from '../../src/collect/log.js'
import type { Answer } from '../../src/collect/log.js'
import { DataFiles } from '../outcomes/dataFiles.js'
import { rejection } from '../rejection.js'

const answer = (prompt: string, llm: string, text = 'é “text”'): Answer => ({
  ...{ kind: 'answer', prompt, llm, text },
  ...{ cut: false, input_tokens: 3, output_tokens: 4, cost: 0.25, ms: 12 },
})

describe('Log', () => {
  const files = new DataFiles()
  beforeEach(() => files.open())
  afterEach(() => files.close())

  const file = () => path.join(files.folder, 'log.jsonl')
  const open = (parameters = {}) => Log.open(files.folder, parameters)

  it('has after a restart what it had before', async () => {
    const log = await open()
    await log.add(answer('p', 'a'))
    await log.add({ kind: 'grade', prompt: 'p', llm: 'a', grader: 'g', score: 0.5, cost: 0.5 })
    const comparison = {
      ...{ kind: 'comparison' as const, prompt: 'p', model_a: 'a', model_b: 'b', grader: 'g' },
      ...{ verdict: 'tie' as const, consistent: false, replies: [] },
    }
    await log.add(comparison)
    await log.add({ kind: 'loss', llm: 'j', cost: 1 })
    await log.close()
    const again = await open()
    expect(again.cost).to.equal(1.75)
    expect(again.answer('p', 'a')).to.deep.equal(answer('p', 'a'))
    expect(again.answer('p', 'b')).to.equal(undefined)
    expect(again.answersTo('p')).to.have.length(1)
    expect(again.grade('p', 'a', 'g')?.score).to.equal(0.5)
    expect(again.grade('p', 'a', 'other')).to.equal(undefined)
    expect(again.comparison('p', ['a', 'b'], 'g')).to.deep.equal(comparison)
    expect(again.comparisonsOf('p', 'g')).to.deep.equal([comparison])
    await again.close()
  })

  it('loses at most the last line, wherever a crash has cut the file', async () => {
    const log = await open()
    for (const llm of ['a', 'b', 'c']) await log.add(answer('p', llm))
    await log.close()
    const whole = await readFile(file())
    const lineEnds = [...whole.entries()].filter(([, byte]) => byte === 10).map(([i]) => i + 1)
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: whole.length }), async (length) => {
        await writeFile(file(), whole.subarray(0, length))
        const mended = await open()
        const lines = lineEnds.filter((end) => end <= length).length
        expect(mended.answersTo('p')).to.have.length(Math.max(0, lines - 1))
        await mended.add(answer('q', 'd'))
        await mended.close()
        const again = await open()
        expect(again.answer('q', 'd')?.text).to.equal('é “text”')
        await again.close()
      }),
      { numRuns: 40 },
    )
  })

  it('does not mix answers under other parameters', async () => {
    await (await open({ temperature: 0 })).close()
    const error = await rejection(open({ temperature: 1 }))
    expect(error).to.include({ code: 'CONFLICT' })
    expect(error)
      .to.have.property('message')
      .that.matches(/"temperature":0.*"temperature":1.*another --out/)
    await (await open({ temperature: 0 })).close()
  })

  it('names a line that is not its own, and leaves the file alone', async () => {
    const log = await open()
    await log.close()
    await writeFile(file(), `${await readFile(file(), 'utf8')}{"kind":"answer"}\n`)
    const before = await readFile(file(), 'utf8')
    const error = await rejection(open())
    expect(error).to.include({ code: 'INVALID_FILE' })
    expect(error)
      .to.have.property('message')
      .that.matches(/log\.jsonl, line 2: expected a line of llimit collect/)
    expect(await readFile(file(), 'utf8')).to.equal(before)
  })
})
