import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { createInterface } from 'node:readline'

import { expect } from 'chai'
import { z } from 'zod'

import { makeSavedModels, writeSavedModel } from './savedModels.js'
import { repositoryRoot } from './repository.js'

const answer = z.object({ scores: z.record(z.string(), z.array(z.number())) })
const listening = z.object({ message: z.literal('listening'), address: z.object({ port: z.number() }) })

/** The built server as an operator starts it: a process of its own, driven over HTTP. */
describe('the server', () => {
  let server: ChildProcess
  let url: string
  const model = {
    model: 'dense_network/default',
    models_to_score: ['gpt-4o-2024-05-13', 'llama-3.1-8b-instruct'],
  }

  before(async () => {
    ;({ server, url } = await start({}))
  })
  after(() => server.kill('SIGKILL'))

  it('answers the curl of the README', async () => {
    const prompts = ['What is Python?', 'Prove that the square root of 2 is irrational.']
    const { scores } = await infer(url, { ...model, prompts })
    expect(Object.keys(scores)).to.deep.equal(model.models_to_score)
    for (const score of Object.values(scores).flat()) expect(score).to.be.within(0, 1)
  })

  it('answers as the original does with its converted checkpoint', async () => {
    const prompts = ['What is Python?', 'Prove that the square root of 2 is irrational.']
    const { scores } = await infer(url, { ...model, model: 'dense_network/llimit-reference', prompts })
    expect(Object.keys(scores)).to.deep.equal(model.models_to_score)
    const golden = [0.21796630322933197, 0.1090950220823288, 0.10303779691457748, 0.09876859188079834]
    Object.values(scores)
      .flat()
      .forEach((score, i) => expect(score).to.be.closeTo(golden[i] ?? NaN, 1e-6))
  })

  it('gives the same scores for every batch_size', async () => {
    const prompts = ['one', 'two words', 'three more words']
    const expected = Object.values((await infer(url, { ...model, prompts })).scores).flat()
    for (const batch_size of [1, 2, 1024]) {
      const scores = Object.values((await infer(url, { ...model, prompts, batch_size })).scores).flat()
      scores.forEach((score, i) => expect(score).to.be.closeTo(expected[i] ?? NaN, 1e-6))
    }
  })

  it('answers /health and short requests while a long one computes, and after its client has gone', async () => {
    const controller = new AbortController()
    const prompts = Array.from({ length: 1024 }, (_, i) => `${i} ${'and then some more words '.repeat(20)}`)
    const long = infer(url, { ...model, prompts }, controller.signal).then(
      () => 'answered',
      () => 'given up',
    )
    for (let probe = 0; probe < 5; probe++) {
      expect((await fetch(`${url}/health`)).status).to.equal(200)
      await infer(url, { ...model, prompts: [`short ${probe}`] })
    }
    controller.abort()
    expect(await long).to.equal('given up')
    await infer(url, { ...model, prompts: ['after'] })
  })

  it('serves another folder of models, with the shipped encoder, and lists a broken one', async () => {
    const saved = await makeSavedModels()
    const folder = (name: string) => path.join(saved.root, 'dense_network', name)
    await writeSavedModel(folder('mine'), { seed: 3, llms: ['__proto__', 'constructor'] })
    await writeSavedModel(folder('broken'), { seed: 3, llms: ['a'] }, () => ({}))
    const other = await start({ LLIMIT_SAVED_MODELS: saved.root })
    try {
      const listed = z
        .object({ models: z.array(z.object({ model: z.string(), error: z.string().optional() })) })
        .parse(await (await fetch(`${other.url}/models`)).json()).models
      expect(listed.map(({ model: name }) => name)).to.deep.equal([
        'dense_network/broken',
        'dense_network/mine',
      ])
      expect(listed[0]?.error).to.match(/dense_network\/broken cannot be used: card\.json does not fit/)

      const body = {
        model: 'dense_network/mine',
        models_to_score: ['__proto__', 'constructor'],
        prompts: ['x'],
      }
      const text = await (await post(other.url, body)).text()
      expect(text).to.match(/^\{"scores":\{"__proto__":\[-?[\d.e-]+\],"constructor":\[-?[\d.e-]+\]\}\}$/)

      const refused = await post(other.url, { ...body, model: 'dense_network/broken' })
      expect(refused.status).to.equal(503)
    } finally {
      other.server.kill('SIGKILL')
      await saved.remove()
    }
  })

  it('answers what has begun when it gets SIGTERM, then ends', async () => {
    const stopped = await start({})
    const pending = infer(stopped.url, {
      ...model,
      prompts: Array.from({ length: 30 }, (_, i) => `prompt ${i}`),
    })
    // The request is on its way before the signal.
    await fetch(`${stopped.url}/health`)
    const exit = once(stopped.server, 'exit')
    stopped.server.kill('SIGTERM')
    expect(Object.keys((await pending).scores)).to.have.length(2)
    expect(await exit).to.deep.equal([0, null])
  })

  it('ends when it gets SIGTERM while it starts', async () => {
    const starting = launch({})
    const exit = once(starting, 'exit')
    // The scorer is ready before the encoder, whose engine is being opened then.
    for await (const line of createInterface({ input: starting.stdout })) {
      if (line.includes('"scorer ready"')) break
    }
    starting.stdout.resume()
    starting.kill('SIGTERM')
    expect(await exit).to.deep.equal([0, null])
  })

  it('says why it cannot start', async () => {
    const failing = spawn(process.execPath, ['dist/src/main.js'], {
      cwd: repositoryRoot,
      env: { ...process.env, PORT: 'http' },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    const chunks: Buffer[] = []
    failing.stderr.on('data', (chunk: Buffer) => chunks.push(chunk))
    expect(await once(failing, 'close')).to.deep.equal([1, null])
    expect(Buffer.concat(chunks).toString()).to.match(/^cannot start: PORT: .*"http"/)
  })
})

/** The server on a free port. */
function launch(env: Record<string, string>) {
  return spawn(process.execPath, ['dist/src/main.js'], {
    cwd: repositoryRoot,
    env: { ...process.env, HOST: '127.0.0.1', PORT: '0', LLIMIT_LOG_LEVEL: 'info', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

/** Starts the server and waits until it listens. */
async function start(env: Record<string, string>): Promise<{ server: ChildProcess; url: string }> {
  const server = launch(env)
  for await (const line of createInterface({ input: server.stdout })) {
    const parsed = listening.safeParse(JSON.parse(line))
    // Log lines that nobody reads must not fill the pipe.
    server.stdout.resume()
    if (parsed.success) return { server, url: `http://127.0.0.1:${parsed.data.address.port}` }
  }
  throw new Error('the server ended before it listened')
}

function post(url: string, body: unknown, signal?: AbortSignal): Promise<Response> {
  const headers = { 'content-type': 'application/json' }
  return fetch(`${url}/infer`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
    signal: signal ?? null,
  })
}

async function infer(url: string, body: unknown, signal?: AbortSignal): Promise<z.infer<typeof answer>> {
  const response = await post(url, body, signal)
  expect(response.status).to.equal(200)
  return answer.parse(await response.json())
}
