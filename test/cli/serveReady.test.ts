import type { ChildProcess } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { createConnection } from 'node:net'
import path from 'node:path'

import { expect } from 'chai'
import { z } from 'zod'

import { emptyFolder } from '../encoder/static/tinyStatic.js'
import { writeStaticModel } from '../staticModel.js'
import { infer, isListening, start } from './server.js'

const readiness = z.object({ status: z.string(), reasons: z.array(z.string()) })

describe('llimit serve, seen from outside', () => {
  let server: ChildProcess
  let url: string
  let root: string
  const ready = async () => {
    const response = await fetch(`${url}/ready`)
    return { code: response.status, ...readiness.parse(await response.json()) }
  }
  const model = 'dense_network/tiny'
  const body = { model, models_to_score: ['a', 'b'], prompts: ['the cat sat', 'on the mat'] }

  before(async () => {
    root = await emptyFolder()
    const env = { LLIMIT_SAVED_MODELS: root, LLIMIT_PRELOAD: model }
    ;({ server, url } = await start(env))
  })
  after(() => server.kill('SIGKILL'))

  it('is healthy but not ready while the preloaded model is missing (fault 11), and ready when it has come', async () => {
    expect(await (await fetch(`${url}/health`)).json()).to.have.property('status', 'healthy')
    for (let asked = await ready(); ; asked = await ready()) {
      expect(asked.code).to.equal(503)
      if (asked.reasons.join().includes('Model not found: dense_network/tiny')) break
    }
    await writeStaticModel(root)
    while ((await ready()).status !== 'ready') await new Promise((resolve) => setTimeout(resolve, 20))
    expect(await ready()).to.deep.equal({ code: 200, status: 'ready', reasons: [] })
  })

  it('tells Prometheus what it did: stages, tokens, loads, the best LLM and how familiar prompts were', async () => {
    await infer(url, body)
    const text = await (await fetch(`${url}/metrics`)).text()
    for (const expected of [
      /^llimit_requests_total\{route="\/infer",status="200"\} 1$/m,
      /^llimit_stage_seconds_count\{stage="encode"\} 1$/m,
      /^llimit_stage_seconds_count\{stage="score"\} 1$/m,
      /^llimit_prompts_total 2$/m,
      /^llimit_tokens_total [1-9]/m,
      /^llimit_model_loads_total\{model="dense_network\/tiny"\} 1$/m,
      /^llimit_engine_info\{encoder="tiny-static",engine="static",precision="fp32"\} 1$/m,
      /^llimit_best_llm_total\{model="dense_network\/tiny",llm="[ab]"\} [12]$/m,
      /^llimit_loaded_models 1$/m,
      /^llimit_ready 1$/m,
    ])
      expect(text).to.match(expected)
    expect(text).to.not.match(/cat|mat\b/)
  })
})

describe('llimit serve --workers, seen from outside', () => {
  it('answers /metrics and /ready for all processes, and counts on when one has ended', async () => {
    const root = await emptyFolder()
    await writeStaticModel(root)
    const model = 'dense_network/tiny'
    const env = { LLIMIT_SAVED_MODELS: root, LLIMIT_PRELOAD: model }
    const { server, url, log } = await start(env, ['--workers', '2'])
    try {
      await log.until((line) => line.includes('"ready"'))
      while ((await fetch(`${url}/ready`)).status !== 200)
        await new Promise((resolve) => setTimeout(resolve, 20))
      for (let i = 0; i < 10; i++) await infer(url, { model, models_to_score: ['a'], prompts: ['the cat'] })
      const counted = async () => {
        const text = await (await fetch(`${url}/metrics`)).text()
        expect(text).to.include('llimit_ready 1\n')
        return Number(/^llimit_requests_total\{route="\/infer",status="200"\} (\d+)$/m.exec(text)?.[1])
      }
      expect(await counted()).to.equal(10)
      const children = await readFile(`/proc/${server.pid}/task/${server.pid}/children`, 'utf8')
      process.kill(Number(children.trim().split(' ')[0]), 'SIGKILL')
      await log.until((line) => line.includes('server process exited'))
      expect(await counted()).to.equal(10)
    } finally {
      server.kill('SIGKILL')
    }
  })

  it('serves by the processes that are left while another cannot start, and tries again', async () => {
    const folder = await emptyFolder()
    const keys = path.join(folder, 'keys')
    const key = 'a-key-of-16-chars'
    await writeFile(keys, key)
    const env = { LLIMIT_SAVED_MODELS: folder, LLIMIT_PRELOAD: '', LLIMIT_API_KEYS_FILE: keys }
    const { server, url, log } = await start(env, ['--workers', '2'])
    const untilSeen = (matches: (line: string) => boolean, count: number) =>
      log.until(() => log.seen.filter(matches).length >= count)
    try {
      await untilSeen(isListening, 2)
      const children = await readFile(`/proc/${server.pid}/task/${server.pid}/children`, 'utf8')
      await writeFile(keys, 'half')
      process.kill(Number(children.trim().split(' ')[0]), 'SIGKILL')
      await untilSeen((line) => line.includes('server process exited'), 2)
      expect((await fetch(`${url}/models`, { headers: { 'x-api-key': key } })).status).to.equal(200)
      await writeFile(keys, key)
      await untilSeen(isListening, 3)
    } finally {
      server.kill('SIGKILL')
    }
  })

  it('reads a request whose client has ended its side, and waits for a head as long as it is set', async () => {
    const { server, url } = await start({ LLIMIT_HEADER_TIMEOUT_S: '1' }, ['--workers', '2'])
    try {
      const port = Number(new URL(url).port)
      const [whole, half] = [1, 2].map(() => createConnection(port, '127.0.0.1').setEncoding('utf8'))
      whole?.end('GET /health HTTP/1.1\r\nHost: x\r\n\r\n')
      half?.write('GET /hea')
      const answers = await Promise.all(
        [whole, half].map(async (socket) => (await socket?.toArray())?.join('')),
      )
      expect(answers[0]).to.match(/^HTTP\/1\.1 200 /)
      expect(answers[1]).to.match(/^HTTP\/1\.1 408 /)
    } finally {
      server.kill('SIGKILL')
    }
  })
})
