import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'

import { expect } from 'chai'

import type { Case } from '../../../scripts/gateways/cases.js'
import { copyExamples } from '../../../scripts/gateways/examples.js'
import { runSuite } from '../../../scripts/gateways/suite.js'
import type { Suite } from '../../../scripts/gateways/suite.js'
import { rankAnswer } from '../../../src/http/openapi/rankExamples.js'
import { useApp } from '../../http/runningApp.js'
import { repositoryRoot } from '../../repository.js'

const CHOICE = rankAnswer.prompts[0]?.choice ?? ''
const CASE: Case = {
  file: 'rank.ts',
  environment: 'plain-node',
  candidates: ['gpt-4o', 'gpt-4o-mini'],
  objective: { type: 'sufficient' },
}

describe('runSuite', () => {
  const app = useApp({}, { timeoutMs: 30_000 })
  let cache = ''
  before(async () => {
    cache = await mkdtemp(path.join(tmpdir(), 'gateways-'))
  })
  after(() => rm(cache, { recursive: true }))

  const suite = (): Suite => ({
    tools: { cache, python: 'no-such-python', node: process.execPath, client: cache },
    setting: { url: app.url, work: path.join(cache, 'work'), env: {}, timeoutMs: 30_000 },
    deadline: Date.now() + 30_000,
    onResult: () => undefined,
  })

  it('runs an example as it stands against the server, and holds its choice to that of /rank', async () => {
    await copyExamples(path.join(repositoryRoot, 'examples'), path.join(cache, 'work'), app.url)
    const [result] = await runSuite([CASE], suite())
    expect(result).to.deep.equal({ name: 'rank.ts', state: 'as /rank', detail: `${CHOICE}, ${CHOICE}` })
  })

  it('fails an example that acts on another choice, prints none or ends with an error', async () => {
    const file = path.join(cache, 'work/rank.js')
    const right = await readFile(file, 'utf8')
    for (const [wrong, expected] of [
      ['console.log("choice: gpt-9")', `expected ${CHOICE}`],
      ['', 'got none'],
      ['throw new Error("broken")', 'broken'],
    ] as const) {
      await writeFile(file, wrong)
      const [result] = await runSuite([CASE], suite())
      expect(result?.state).to.equal('failed')
      expect(result?.detail).to.include(expected)
    }
    await writeFile(file, right)
  })

  it('says what is not there or has no time left, and runs the others', async () => {
    const python: Case = { ...CASE, file: 'rank.py', environment: 'plain-python' }
    const results = await runSuite([python, CASE], suite())
    expect(results.map(({ state }) => state)).to.deep.equal(['not run', 'as /rank'])
    expect(results[0]?.detail).to.include('no-such-python')
    const [late] = await runSuite([CASE], { ...suite(), deadline: 0 })
    expect(late).to.include({ state: 'not run', detail: 'out of time (--minutes)' })
  })
})
