import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { text } from 'node:stream/consumers'

import { expect } from 'chai'
import { z } from 'zod'

import { emptyFolder } from '../encoder/static/tinyStatic.js'
import { makeSavedModels, writeSavedModel } from '../savedModels.js'
import { writeStaticModel } from '../staticModel.js'
import { llimit } from './llimit.js'
import { LogLines } from './logLines.js'
import { infer, isListening, isReady, launch, post, start, urlIn } from './server.js'
import { rejection } from '../rejection.js'
import { repositoryRoot } from '../repository.js'

/** The built server as an operator starts it: a process of its own, driven over HTTP. */
describe('llimit serve', () => {
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

  it('answers the curl of the README as it says', async () => {
    const readme = await readFile(path.join(repositoryRoot, 'README.md'), 'utf8')
    const [, request = '', answer = ''] =
      /^curl \S+\/infer .*?-d '(.*?)'.*?```json\n(.*?)```/ms.exec(readme) ?? []
    const { scores } = await infer(url, JSON.parse(request) as object)
    const documented = (JSON.parse(answer) as { scores: Record<string, number[]> }).scores
    expect(Object.keys(scores)).to.deep.equal(Object.keys(documented))
    for (const [llm, expected] of Object.entries(documented)) {
      expect(scores[llm]).to.have.lengthOf(expected.length)
      // The last digits are those of the engine.
      expected.forEach((score, p) => expect(scores[llm]?.[p]).to.be.closeTo(score, 1e-6))
    }
  })

  it('chooses the LLM that the README says, for the same reason', async () => {
    const readme = await readFile(path.join(repositoryRoot, 'README.md'), 'utf8')
    const [, body = ''] = /^curl \S+\/rank .*?-d '(.*?)'/ms.exec(readme) ?? []
    const headers = { 'content-type': 'application/json' }
    const response = await fetch(`${url}/rank`, { method: 'POST', headers, body })
    const { prompts } = (await response.json()) as { prompts: { choice: string; reason: string }[] }
    expect(prompts).to.have.lengthOf(1)
    for (const { choice, reason } of prompts) {
      expect(readme).to.include(`"choice": "${choice}",`)
      expect(readme).to.include(`"reason": "${reason}",`)
    }
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
      () => 'cancelled',
    )
    for (let probe = 0; probe < 5; probe++) {
      expect((await fetch(`${url}/health`)).status).to.equal(200)
      await infer(url, { ...model, prompts: [`short ${probe}`] })
    }
    controller.abort()
    expect(await long).to.equal('cancelled')
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
      expect(listed[0]?.error).to.match(/dense_network\/broken cannot be used: card\.json: type: expected/)

      const body = {
        model: 'dense_network/mine',
        models_to_score: ['__proto__', 'constructor'],
        prompts: ['x'],
      }
      const answered = await (await post(other.url, body)).text()
      expect(answered).to.match(/^\{"scores":\{"__proto__":\[-?[\d.e-]+\],"constructor":\[-?[\d.e-]+\]\}\}$/)

      const refused = await post(other.url, { ...body, model: 'dense_network/broken' })
      expect(refused.status).to.equal(503)
    } finally {
      other.server.kill('SIGKILL')
      await saved.remove()
    }
  })

  it('answers what has begun when it gets SIGTERM, then ends', async () => {
    const stopped = await start({})
    await stopped.log.until(isReady)
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
    // The engine of the encoder is being opened then.
    await new LogLines(starting.stdout).until(isListening)
    starting.kill('SIGTERM')
    expect(await exit).to.deep.equal([0, null])
  })

  it('serves in several processes on one port, replaces one that ends, and ends with all of them', async () => {
    const root = await emptyFolder()
    await writeStaticModel(root)
    const env = { LLIMIT_SAVED_MODELS: root, LLIMIT_PRELOAD: 'dense_network/tiny' }
    const { server: first, log, url: at } = await start(env, ['--workers', '2'])
    const body = { model: 'dense_network/tiny', models_to_score: ['a', 'c'], prompts: ['the cat'] }
    const isFirst = (count: number) => () => log.seen.filter(isListening).length === count
    await log.until(isFirst(2))
    expect(new Set(log.seen.filter(isListening).map(urlIn)).size).to.equal(1)
    const expected = await infer(at, body)

    const pids = (await readFile(`/proc/${first.pid}/task/${first.pid}/children`, 'utf8')).trim().split(' ')
    expect(pids).to.have.length(2)
    process.kill(Number(pids[0]), 'SIGKILL')
    await log.until((line) => line.includes('server process exited'))
    for (let i = 0; i < 5; i++) expect(await infer(at, body)).to.deep.equal(expected)
    await log.until(isFirst(3))

    const exit = once(first, 'exit')
    first.kill('SIGTERM')
    expect(await exit).to.deep.equal([0, null])
    await log.ended
    await rejection(fetch(`${at}/health`))
  })

  it('says once why none of several processes can start', async () => {
    const { port } = new URL(url)
    const flags = ['--host', '127.0.0.1', '--workers', '2']
    const second = await llimit(['serve', '--port', port, ...flags], { cwd: repositoryRoot })
    expect(second).to.deep.include({ status: 1, stdout: '' })
    expect(second.stderr).to.match(/^error: port \d+ of 127\.0\.0\.1 is already in use; .*\n$/)
    const env = { PORT: '0', LLIMIT_TIERS: path.join(await emptyFolder(), 'none.json') }
    const without = await llimit(['serve', ...flags], { cwd: repositoryRoot, env })
    expect(without.status).to.equal(1)
    expect(without.stderr)
      .to.match(/none\.json/)
      .and.to.match(/ended before it listened/)
  })

  it('says why it cannot start', async () => {
    const cwd = repositoryRoot
    const variable = await llimit(['serve'], { cwd, env: { PORT: 'http' } })
    expect(variable).to.deep.include({ status: 1, stdout: '' })
    expect(variable.stderr).to.match(/^error: PORT: expected an integer from 0 to 65535, got "http"\n$/)
    const flag = await llimit(['serve', '--port', 'http'], { cwd })
    expect(flag).to.deep.include({ status: 2, stdout: '' })
    expect(flag.stderr).to.match(/^error: --port: expected .*\nusage: llimit serve /)
    const address = await llimit(['serve'], { cwd, env: { HOST: '192.0.2.1', PORT: '0' } })
    expect(address.stderr).to.match(/^error: cannot listen on 192\.0\.2\.1: .*; choose .* --host or HOST\n$/)
    const env = { LLIMIT_REDIS_URL: 'redis://:secret@127.0.0.1/cache' }
    const redis = await llimit(['serve', '--port', '0'], { cwd, env })
    expect(redis.stderr).to.match(/^error: LLIMIT_REDIS_URL: expected redis:\/\/.* in percent encoding\n$/)
  })

  it('says that the port is in use, before it opens any engine', async () => {
    const { port } = new URL(url)
    const second = await llimit(['serve', '--port', port, '--host', '127.0.0.1'], { cwd: repositoryRoot })
    expect(second).to.deep.include({ status: 1, stdout: '' })
    expect(second.stderr).to.match(/^error: port \d+ of 127\.0\.0\.1 is already in use; .*--port or PORT\n$/)
  })

  it('answers a request that comes while models are loaded, and prints its address alone with --json', async () => {
    const { server: starting, log, url: at } = await start({}, ['--json'])
    const printed = text(starting.stdout)
    try {
      expect((await fetch(`${at}/health`)).status).to.equal(200)
      expect(log.seen.join(), 'when /health answered').to.not.include('"encoder ready"')
      const { scores } = await infer(at, { ...model, prompts: ['What is Python?'] })
      expect(Object.keys(scores)).to.deep.equal(model.models_to_score)
      await log.until(isReady)
      expect(log.seen.join(), 'nothing has failed').to.not.match(/"level":"(warn|error)"/)
    } finally {
      starting.kill('SIGKILL')
    }
    expect(JSON.parse(await printed)).to.deep.equal({
      url: at,
      docs: `${at}/docs`,
      playground: `${at}/playground`,
    })
  })

  for (const [program, ...args] of [
    ['npm', 'start', '--silent'],
    ['npx', 'llimit', 'serve'],
  ] as const)
    it(`ends with the ${program} that started it`, async () => {
      const npm = spawn(program, args, {
        cwd: repositoryRoot,
        env: { ...process.env, HOST: '127.0.0.1', PORT: '0', LLIMIT_PRELOAD: '' },
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const log = new LogLines(npm.stdout)
      const at = urlIn(await log.until(isListening))
      npm.kill('SIGTERM')
      await log.ended
      expect(log.seen.join()).to.include('"stopping"')
      await rejection(fetch(`${at}/health`))
    })
})
