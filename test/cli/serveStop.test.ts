import { once } from 'node:events'
import { Agent, request } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { createConnection } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

import { expect } from 'chai'

import { emptyFolder } from '../encoder/static/tinyStatic.js'
import { writeStaticModel } from '../staticModel.js'
import { isReady, start } from './server.js'

const BODY = JSON.stringify({ model: 'dense_network/tiny', models_to_score: ['a'], prompts: ['the cat'] })

/** Of each kind. */
const CLIENTS = 12

/** A client on one connection that it keeps, or on another for each request; it resolves to the status and header of an answer. */
class Client {
  readonly #agent: Agent
  readonly #url: string

  constructor(url: string, { keepAlive }: { keepAlive: boolean }) {
    this.#url = url
    this.#agent = new Agent({ keepAlive, maxSockets: 1 })
  }

  async ask(): Promise<{ status: number | undefined; connection: string | undefined }> {
    const headers = { 'content-type': 'application/json', 'content-length': BODY.length }
    const sent = request(`${this.#url}/infer`, { method: 'POST', agent: this.#agent, headers })
    sent.end(BODY)
    const [answer] = (await once(sent, 'response')) as [IncomingMessage]
    answer.resume()
    await once(answer, 'end')
    return { status: answer.statusCode, connection: answer.headers.connection }
  }

  close(): void {
    this.#agent.destroy()
  }
}

describe('llimit serve, stopped', () => {
  let root: string
  before(async () => {
    root = await emptyFolder()
    await writeStaticModel(root)
  })

  async function startReady(settings: Record<string, string>, flags: string[] = []) {
    const env = { LLIMIT_SAVED_MODELS: root, LLIMIT_PRELOAD: 'dense_network/tiny', ...settings }
    const started = await start(env, flags)
    await started.log.until(isReady)
    return { ...started, exit: once(started.server, 'exit') }
  }

  /** Each asks until it is told to close its connection by a server that stops. */
  async function loseNoRequest(pauseS: string, flags: string[]): Promise<void> {
    const { server, url, log, exit } = await startReady({ LLIMIT_STOP_PAUSE_S: pauseS }, flags)
    const clients = [true, false].flatMap((keepAlive) =>
      Array.from({ length: CLIENTS }, () => ({ keepAlive, client: new Client(url, { keepAlive }) })),
    )
    let isStopping = false
    const finish = async ({ keepAlive, client }: (typeof clients)[number]) => {
      for (;;) {
        const { status, connection } = await client.ask()
        expect(status).to.equal(200)
        if (connection === 'close' && (keepAlive || isStopping)) return
        await sleep(10)
      }
    }
    // One that is refused has sent nothing.
    const unlessRefused = (error: unknown) => expect(error).to.have.property('code', 'ECONNREFUSED')
    const all = clients.map((each) => finish(each).catch(unlessRefused))
    await sleep(50)
    server.kill('SIGTERM')
    void log.until((line) => line.includes('"stopping"')).then(() => (isStopping = true))
    await Promise.all(all)
    expect(await exit).to.deep.equal([0, null])
    for (const { client } of clients) client.close()
  }

  it('tells kept-alive clients to close, and loses none of their requests (fault 9)', () =>
    loseNoRequest('1', []))

  it('does so in several processes', () => loseNoRequest('1', ['--workers', '2']))

  for (const workers of ['1', '2'])
    it(`loses none without a pause either, in several stops of --workers ${workers}`, async () => {
      for (let stop = 0; stop < 3; stop++) await loseNoRequest('0', ['--workers', workers])
    })

  it('is not ready but healthy while it still accepts, and ends without waiting for a silent connection', async () => {
    const { server, url, log, exit } = await startReady({
      LLIMIT_STOP_PAUSE_S: '1',
      LLIMIT_STOP_DEADLINE_S: '3600',
    })
    const silent = createConnection(Number(new URL(url).port), '127.0.0.1')
    const halfSent = createConnection(Number(new URL(url).port), '127.0.0.1')
    halfSent.write('GET /hea')
    const closed = [silent, halfSent].map((socket) => once(socket, 'close'))
    server.kill('SIGTERM')
    await log.until((line) => line.includes('"stopping"'))
    const ready = await fetch(`${url}/ready`)
    expect([ready.status, await ready.json()]).to.deep.equal([
      503,
      { status: 'not ready', reasons: ['The server is stopping'] },
    ])
    const health = await fetch(`${url}/health`)
    expect([health.status, health.headers.get('connection')]).to.deep.equal([200, 'close'])
    expect(await exit).to.deep.equal([0, null])
    await Promise.all(closed)
  })

  it('goes on when nobody reads its log any more, and ends in order', async () => {
    const { server, url, exit } = await startReady({ LLIMIT_STOP_PAUSE_S: '0' })
    server.stdout.destroy()
    server.stderr.destroy()
    for (let request = 0; request < 3; request++) {
      expect((await fetch(`${url}/health`)).status).to.equal(200)
      // Lines are written together, a tenth of a second later at most.
      await sleep(150)
    }
    server.kill('SIGTERM')
    expect(await exit).to.deep.equal([0, null])
  })

  for (const flags of [[], ['--workers', '2']])
    it(`ends in order when its log is full of lines that nobody reads ${flags.join(' ')}`, async () => {
      const { server, url, log, exit } = await startReady({ LLIMIT_STOP_PAUSE_S: '0' }, flags)
      log.pause()
      const headers = { 'x-request-id': 'x'.repeat(128) }
      // More than a pipe and the reader of this process take.
      for (let request = 0; request < 4000; request++)
        await (await fetch(`${url}/health`, { headers })).text()
      server.kill('SIGTERM')
      expect(await exit).to.deep.equal([0, null])
    })

  it('ends after a request so large that a thread read it', async () => {
    const { server, url, exit } = await startReady({ LLIMIT_STOP_PAUSE_S: '0' })
    const padding = 'x'.repeat(2 ** 20)
    const body = JSON.stringify({ ...(JSON.parse(BODY) as object), padding })
    const answer = await fetch(`${url}/infer`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    })
    expect(answer.status).to.equal(200)
    await answer.arrayBuffer()
    server.kill('SIGTERM')
    expect(await exit).to.deep.equal([0, null])
  })

  for (const flags of [[], ['--workers', '2']])
    it(`ends at once at a second signal ${flags.join(' ')}`, async () => {
      const { server, url, log, exit } = await startReady(
        { LLIMIT_STOP_PAUSE_S: '0', LLIMIT_STOP_DEADLINE_S: '3600' },
        flags,
      )
      const unfinished = createConnection(Number(new URL(url).port), '127.0.0.1')
      unfinished.write(
        'POST /infer HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{',
      )
      unfinished.on('error', () => undefined)
      await fetch(`${url}/health`)
      server.kill('SIGTERM')
      await log.until((line) => line.includes('"stopping"'))
      await sleep(700)
      server.kill('SIGTERM')
      expect(await exit).to.deep.equal([143, null])
      await log.ended
    })
})
