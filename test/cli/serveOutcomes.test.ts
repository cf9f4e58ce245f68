import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import path from 'node:path'

import { expect } from 'chai'

import { linesIn } from '../../src/feedback/logFiles.js'
import { parseReport } from '../../src/feedback/report.js'
import type { Report } from '../../src/feedback/report.js'
import { emptyFolder } from '../encoder/static/tinyStatic.js'
import { writeStaticModel } from '../staticModel.js'
import { start } from './server.js'

const outcome = (id: string, llm = 'a') => ({ id, llm, score: 1, prompt: `the cat of ${id}` })

describe('llimit serve, told of outcomes', () => {
  let root: string
  let folder: string
  before(async () => {
    root = await emptyFolder()
    await writeStaticModel(root)
  })
  beforeEach(async () => {
    folder = path.join(await emptyFolder(), 'outcomes')
  })

  async function serve(settings: Record<string, string> = { LLIMIT_OUTCOMES_LOG: folder }) {
    const model = 'dense_network/tiny'
    const env = { LLIMIT_SAVED_MODELS: root, LLIMIT_PRELOAD: model, LLIMIT_DEFAULT_MODEL: model, ...settings }
    const { server, url } = await start({ ...env, LLIMIT_STOP_PAUSE_S: '0' })
    const report = async (outcomes: object[]) => {
      const headers = { 'content-type': 'application/json' }
      const answer = await fetch(`${url}/outcomes`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ outcomes }),
      })
      return [answer.status, (await answer.json()) as Record<string, unknown>] as const
    }
    const end = async (signal: 'SIGTERM' | 'SIGKILL') => {
      server.kill(signal)
      await once(server, 'exit')
    }
    return { report, end, url }
  }

  async function written(): Promise<(Report | undefined)[]> {
    const reports: (Report | undefined)[] = []
    for await (const line of linesIn(folder)) reports.push(parseReport(line))
    return reports
  }

  it('says that it has no folder for them', async () => {
    const { report, end } = await serve({})
    const [status, body] = await report([outcome('a')])
    expect([status, body['code']]).to.deep.equal([404, 'NOT_FOUND'])
    expect(body['detail']).to.include('LLIMIT_OUTCOMES_LOG')
    await end('SIGTERM')
  })

  it('writes each once, also after it has started again, and nothing of a request with an LLM that is not known', async () => {
    const first = await serve()
    expect(await first.report([outcome('a'), outcome('b', 'c'), outcome('a')])).to.deep.equal([
      200,
      { accepted: 2, known: 1, resolved_names: {} },
    ])
    const [status, body] = await first.report([outcome('x'), outcome('y', 'nobody')])
    expect([status, body['code']]).to.deep.equal([400, 'UNKNOWN_LLM'])
    const scored = await fetch(`${first.url}/infer`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        model: 'dense_network/tiny',
        models_to_score: ['c'],
        prompts: [outcome('b').prompt],
      }),
    })
    const { scores } = (await scored.json()) as { scores: { c: number[] } }
    await first.end('SIGTERM')
    const second = await serve()
    expect(await second.report([outcome('b'), outcome('d')])).to.deep.equal([
      200,
      { accepted: 1, known: 1, resolved_names: {} },
    ])
    await second.end('SIGTERM')
    const reports = await written()
    expect(reports.map((report) => report?.id)).to.deep.equal(['a', 'b', 'd'])
    expect(reports[1]?.probability).to.equal(scores.c[0])
    expect(reports[1]?.embedding).to.have.length(8)
    expect(reports[1]?.features).to.have.length(45)
  })

  it('keeps the texts of prompts only if it is told to', async () => {
    const file = path.join(folder, 'outcomes-0.jsonl')
    const first = await serve()
    await first.report([outcome('a')])
    await first.end('SIGTERM')
    expect(await readFile(file, 'utf8')).to.not.include('cat')
    const second = await serve({ LLIMIT_OUTCOMES_LOG: folder, LLIMIT_KEEP_PROMPTS: 'yes' })
    await second.report([outcome('b')])
    await second.end('SIGTERM')
    expect((await written()).map((report) => report?.text)).to.deep.equal([undefined, 'the cat of b'])
  })

  it('has all that it has answered after it was killed in the middle', async () => {
    const { report, end } = await serve()
    const answered: string[] = []
    const client = async (name: string) => {
      for (let i = 0; ; i++) {
        const ids = [0, 1, 2].map((k) => `${name}-${i}-${k}`)
        const answer = await report(ids.map((id) => outcome(id))).catch(() => undefined)
        if (answer === undefined) return
        expect(answer[0]).to.equal(200)
        answered.push(...ids)
        if (answered.length >= 300) void end('SIGKILL')
      }
    }
    await Promise.all(['p', 'q', 'r', 's'].map(client))
    const found = new Set((await written()).map((one) => one?.id))
    expect(answered.length).to.be.at.least(300)
    for (const id of answered) expect(found.has(id), id).to.equal(true)
  })
})
