import { readFile, writeFile } from 'node:fs/promises'

import { expect } from 'chai'

import { readJudgedData } from '../../src/outcomes/readJudgedData.js'
import { reset, status, truncated } from '../collect/standIn.js'
import type { Fault } from '../collect/standIn.js'
import { CollectFixture, numeric, PROMPTS } from './collecting/collectFixture.js'

describe('llimit collect', () => {
  const fixture = new CollectFixture()
  beforeEach(() => fixture.open())
  afterEach(() => fixture.close())

  it('writes outcomes that train reads, with tokens', async () => {
    const { status, stdout, stderr } = await fixture.collect(numeric('right', 'wrong'))
    expect(status, stderr).to.equal(0)
    expect(stdout)
      .to.match(/right +12 +0 +12 +1\.000/)
      .and.to.match(/wrong +12 +0 +12 +0\.083/)
    const { outcomes } = await readJudgedData([fixture.file('outcomes.jsonl')])
    expect(outcomes.llms).to.deep.equal(['right', 'wrong'])
    expect(outcomes.prompts.map(({ text, category }) => [text, category])).to.deep.equal(
      PROMPTS.map(({ prompt, category }) => [prompt, category]),
    )
    const [first] = await fixture.written('outcomes.jsonl')
    expect(first).to.deep.include({ scores: { right: 1, wrong: 1 }, tokens: { right: 6, wrong: 4 } })
  })

  it('never asks twice, also with more LLMs, prompts and faults', async () => {
    const faults: Fault[] = [status(500), reset, truncated, status(429, { 'retry-after': '0' })]
    fixture.standIn.faults = [...faults]
    const first = await fixture.collect(numeric('right'), { prompts: PROMPTS.slice(0, 6) })
    expect(first.status, first.stderr).to.equal(0)
    expect(fixture.standIn.requests).to.have.length(6 + faults.length)
    const second = await fixture.collect(numeric('right', 'wrong'))
    expect(second.status, second.stderr).to.equal(0)
    expect(fixture.standIn.requests).to.have.length(6 + faults.length + 18)
    const third = await fixture.collect(numeric('wrong'))
    expect(third.status, third.stderr).to.equal(0)
    expect(fixture.standIn.requests).to.have.length(6 + faults.length + 18)
    // All that the folder has, also of LLMs that were not named this time.
    for (const { scores } of await fixture.written('outcomes.jsonl'))
      expect(scores).to.have.keys('right', 'wrong')
  })

  it('goes on after an interruption, whose outcomes are written, and mends a torn line', async () => {
    fixture.standIn.delayMs = 100
    const interrupted = { interruptAt: 'to ask for' }
    const first = await fixture.collect([...numeric('right', 'wrong'), '--concurrency', '1'], interrupted)
    expect(first.status).to.equal(130)
    fixture.standIn.delayMs = 0
    const log = fixture.file('log.jsonl')
    const answered = (await fixture.written('log.jsonl')).length - 1
    expect(answered).to.be.lessThan(24)
    await writeFile(log, `${await readFile(log, 'utf8')}{"kind":"answer","prompt":"`)
    const before = fixture.standIn.requests.length
    const { status, stderr } = await fixture.collect(numeric('right', 'wrong'))
    expect(status, stderr).to.equal(0)
    expect(fixture.standIn.requests.length - before).to.equal(24 - answered)
    expect(await fixture.written('outcomes.jsonl')).to.have.length(12)
  })

  it('has many requests wait at once, and says nothing of it but that they do', async () => {
    fixture.standIn.faults = Array.from({ length: 24 }, () => status(503, { 'retry-after': '0.1' }))
    const { status: code, stderr } = await fixture.collect([
      ...numeric('right', 'wrong'),
      '--concurrency',
      '24',
    ])
    expect(code, stderr).to.equal(0)
    expect(stderr).to.match(/503: fault 503; waiting 1 s\n/)
    expect(stderr).to.not.match(/warning/i)
  })

  it('ends with 1 if answers are missing, says which fault, and tries again when it is started again', async () => {
    fixture.standIn.faults = [status(400, {}, { error: { message: 'too long' } })]
    const { status: code, stdout, stderr } = await fixture.collect(numeric('right'))
    expect(code).to.equal(1)
    expect(stdout).to.match(/failed 1 x: right: .* answers 400: too long\n/)
    expect(stderr).to.match(/error: 1 failures, 1 answers are missing; start it again to try them again\n$/)
    expect(await fixture.written('outcomes.jsonl')).to.have.length(11)
    expect((await fixture.collect(numeric('right'))).status).to.equal(0)
    expect(await fixture.written('outcomes.jsonl')).to.have.length(12)
  })

  it('asks an LLM no more that only fails, and goes on with the others', async () => {
    const many = Array.from({ length: 40 }, (_, i) => ({ prompt: `What is ${i} + 1?`, reference: i + 1 }))
    const { status, stdout, stderr } = await fixture.collect(
      [...numeric('right'), '--second-grader', 'judge', '--judge', 'silent', '--sample', '40'],
      { prompts: many },
    )
    expect(status).to.equal(1)
    expect(stderr).to.match(
      /silent is asked no more, .*expected a line "Mark: <0 to 10>", got .*"No comment\."/,
    )
    expect(stdout).to.match(/right +40 +0 +40 +1\.000/)
    expect(fixture.standIn.requests.filter(({ model }) => model === 'silent').length).to.be.within(10, 30)
  })

  it('stops at once at an LLM that is not there, and keeps what it has', async () => {
    const { status, stderr } = await fixture.collect(numeric('right', 'no-such-llm'))
    expect(status).to.equal(1)
    expect(stderr).to.match(
      /error: .*404: The model no-such-llm does not exist; "no-such-llm" is not an LLM there/,
    )
    expect(fixture.standIn.requests.length).to.be.lessThan(24)
    const kept = (await fixture.written('log.jsonl')).filter(({ kind }) => kind === 'answer').length
    expect(kept).to.equal(fixture.standIn.requests.filter(({ model }) => model === 'right').length)
  })

  it('sends the key of a variable and writes it nowhere', async () => {
    const key = 'sk-secret-of-a-test'
    fixture.standIn.faults = [status(500, {}, { error: { message: `no ${key}` } })]
    const args = [...numeric('right'), '--key-variable', 'MY_KEY', '--retries', '0']
    const { stdout, stderr } = await fixture.collect(args, { env: { MY_KEY: key } })
    expect(new Set(fixture.standIn.keys)).to.deep.equal(new Set([`Bearer ${key}`]))
    const texts = await Promise.all(
      ['log.jsonl', 'summary.json'].map((name) => readFile(fixture.file(name), 'utf8')),
    )
    for (const text of [stdout, stderr, ...texts]) expect(text).to.not.include(key)
    expect(stdout).to.include('no ***')
  })

  it('never spends more than it may, judges included', async () => {
    const prompts = Array.from({ length: 40 }, (_, i) => ({ prompt: `What is ${i} + 1?` }))
    const prices = ['--input-price', '1000', '--output-price', '1', '--parameters', '{"max_tokens":10}']
    const args = ['--llms', 'right', '--grader', 'judge', '--judge', 'judge', ...prices]
    const { status, stdout, stderr } = await fixture.collect([...args, '--max-cost', '2', '--json'], {
      prompts,
    })
    expect(status, stderr).to.equal(0)
    const summary = JSON.parse(stdout) as { cost: number; isCapped: boolean; missing: number }
    expect(summary.isCapped).to.equal(true)
    expect(summary.cost).to.be.within(0.1, 2)
    expect(summary.missing).to.be.within(1, 39)
  })
})
