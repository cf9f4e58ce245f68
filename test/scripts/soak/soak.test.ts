import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'

import { expect } from 'chai'

import { Clients } from '../../../scripts/soak/clients.js'
import { copySavedModels } from '../../../scripts/soak/injected.js'
import { growthOf, sampleOf } from '../../../scripts/soak/memory.js'
import { problemsOf, reportText } from '../../../scripts/soak/report.js'
import { SoakTally } from '../../../scripts/soak/tally.js'
import { SIGNALS } from '../../../scripts/soak/threadSignals.js'
import { flood, streams, unseenPrompt } from '../../../scripts/soak/traffic.js'
import { createRandom } from '../../../src/numeric/random.js'
import { readCard } from '../../../src/savedModel/readCard.js'
import { repositoryRoot } from '../../repository.js'

const samples = (resident: (i: number) => number, tensors: (i: number) => number = () => 7) =>
  Array.from({ length: 40 }, (_, i) => ({
    at: i * 30,
    resident: resident(i),
    heap: 1e8,
    external: 1e7,
    tensors: tensors(i),
  }))

describe('growthOf', () => {
  it('looks at the second half, by means and by the slope a minute', () => {
    const steady = growthOf(
      samples((i) => (i < 15 ? i * 1e7 : 2e8)),
      'resident',
    )
    expect(steady).to.deep.equal({ before: 2e8, after: 2e8, slope: 0, isGrowing: false })
    const growing = growthOf(
      samples((i) => 1e8 + i * 1e7),
      'resident',
    )
    expect(growing.isGrowing).to.equal(true)
    expect(growing.slope).to.be.closeTo(2e7, 1)
    const tensors = samples(
      () => 1,
      (i) => (i < 35 ? 100 : 101),
    )
    expect(growthOf(tensors, 'tensors').isGrowing).to.equal(false)
    const more = samples(
      () => 1,
      (i) => (i < 30 ? 100 : 101),
    )
    expect(growthOf(more, 'tensors').isGrowing).to.equal(true)
  })

  it('reads the page of Prometheus, and misses nothing in silence', () => {
    const page =
      'process_resident_memory_bytes 12\nnodejs_heap_size_used_bytes 3\nnodejs_external_memory_bytes 4e2\nllimit_tensors 5\n'
    expect(sampleOf(page, 7)).to.deep.equal({ at: 7, resident: 12, heap: 3, external: 400, tensors: 5 })
    expect(() => sampleOf('', 0)).to.throw('process_resident_memory_bytes')
  })
})

describe('SoakTally', () => {
  it('tells faults from what is expected, and times answers and rejections apart', () => {
    const tally = new SoakTally()
    for (const ms of [1, 2, 3]) tally.add('a', { status: 200, ms })
    tally.add('a', { status: 429, ms: 9 })
    tally.add('a', { status: 500, ms: 5 })
    tally.add('a', { status: undefined, ms: 5, error: 'socket hang up' })
    tally.add('broken', { status: 503, ms: 5 }, [503])
    tally.add('left', undefined)
    expect(tally.faults).to.deep.equal([
      { kind: 'a', what: 'status 500' },
      { kind: 'a', what: 'socket hang up' },
    ])
    const [a, broken, left] = tally.report()
    expect(a).to.deep.include({ requests: 6, byStatus: { 200: 3, 429: 1, 500: 1, none: 1 }, p50: 2 })
    expect(a?.refusedP99).to.equal(9)
    expect(broken).to.deep.include({ byStatus: { 503: 1 }, p50: null })
    expect(left).to.deep.include({ requests: 1, byStatus: {} })
    const soak = {
      capacity: 10,
      singles: 5,
      swaps: { swaps: 3, failures: ['no'] },
      samples: samples(() => 1),
      killed: [],
      threadRestarts: 0,
    }
    const { faults, faultCount, lost } = tally
    const traffic = { kinds: tally.report(), faults, faultCount, lost, seconds: 60 }
    expect(problemsOf({ ...soak, traffic })).to.deep.equal([
      'a: status 500',
      'a: socket hang up',
      'a version was not made live: no',
    ])
    expect(reportText({ ...soak, traffic })).to.include(
      '| a | 6 | 3 × 200, 1 × 429, 1 × 500, 1 × none | 2.0 |',
    )
  })
})

describe('killed threads', () => {
  const traffic = { kinds: [], faults: [], faultCount: 0, seconds: 60 }
  const soak = { capacity: 10, singles: 5, swaps: { swaps: 3, failures: [] }, samples: samples(() => 1) }
  const killed = [{ thread: 'scorer', at: 50_000 }] as const

  it('explain a 503 of a request that was in flight when one was killed, and no other', () => {
    const tally = new SoakTally()
    tally.add('a', { status: 503, ms: 1000, code: 'ENGINE_UNAVAILABLE' })
    tally.add('a', { status: 503, ms: 5, code: 'MODEL_BROKEN' })
    expect(tally.lost).to.have.length(1)
    expect(tally.faults).to.deep.equal([{ kind: 'a', what: 'status 503 MODEL_BROKEN' }])
    const lost = [{ kind: 'a', from: 45_000, to: 50_020 }]
    expect(problemsOf({ ...soak, traffic: { ...traffic, lost }, killed, threadRestarts: 1 })).to.be.empty
    lost.push({ kind: 'b', from: 53_000, to: 54_000 })
    expect(problemsOf({ ...soak, traffic: { ...traffic, lost }, killed, threadRestarts: 1 })).to.deep.equal([
      'b: 503 of a thread that was not killed',
    ])
  })

  it('are as many as the server says have ended', () => {
    const of = (threadRestarts: number) =>
      problemsOf({ ...soak, traffic: { ...traffic, lost: [] }, killed, threadRestarts })
    expect(of(1)).to.be.empty
    expect(of(0)).to.deep.equal(['1 threads were killed, 0 have ended'])
    expect(of(2)).to.deep.equal(['1 threads were killed, 2 have ended'])
  })

  it('are ended by a signal to the process, a worker of that folder alone', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'llimit-soak-'))
    const program = `const { Worker } = require('node:worker_threads')
      for (const name of ['scorer', 'encoder']) {
        const worker = new Worker(require('node:path').join(__dirname, name, 'worker.js'))
        worker.on('exit', (code) => { console.log(name, code); if (name === 'encoder') process.exit() })
        worker.on('message', () => console.log('up'))
      }`
    await writeFile(path.join(folder, 'main.cjs'), program)
    for (const name of ['scorer', 'encoder']) {
      await mkdir(path.join(folder, name))
      const code = `require('node:worker_threads').parentPort.postMessage(0); setInterval(() => undefined, 1000)`
      await writeFile(path.join(folder, name, 'worker.js'), code)
    }
    const preload = new URL('../../../scripts/soak/endingThreads.js', import.meta.url).href
    const child = spawn(process.execPath, ['--import', preload, path.join(folder, 'main.cjs')])
    const lines: string[] = []
    for await (const line of createInterface({ input: child.stdout })) {
      lines.push(line)
      if (lines.length === 2) child.kill(SIGNALS.scorer)
      if (lines.length === 3) child.kill(SIGNALS.encoder)
    }
    expect(lines).to.deep.equal(['up', 'up', 'scorer 1', 'encoder 1'])
    await rm(folder, { recursive: true })
  })
})

describe('the traffic of a soak', () => {
  it('has prompts that no request before had, and bodies of JSON', () => {
    const random = createRandom(1)
    const prompts = Array.from({ length: 5000 }, () => unseenPrompt(random))
    expect(new Set(prompts).size).to.equal(5000)
    for (const { next } of [...streams(1), ...flood(1)]) {
      const { path, body } = next(random)
      expect(path).to.match(/^\//)
      if (body !== undefined) JSON.parse(body)
    }
  })

  it('is sent by clients that tell an answer from none', async () => {
    const server = createServer((req, res) => {
      if (req.url === '/cut') res.destroy()
      else req.resume().on('end', () => res.end('ok'))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const clients = new Clients(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    expect(await clients.send({ path: '/', body: '{}' })).to.include({ status: 200 })
    expect(await clients.send({ path: '/cut' }))
      .to.have.property('error')
      .that.is.a('string')
    expect(await clients.send({ path: '/', body: '{}' }, 'leaves')).to.equal(undefined)
    clients.close()
    server.close()
  })
})

describe('copySavedModels', () => {
  it('adds a broken one, and makes the first version another number of the latest', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'llimit-soak-'))
    await copySavedModels(path.join(repositoryRoot, 'saved_models'), folder)
    const size = async (name: string) =>
      (await stat(path.join(folder, 'dense_network', name, 'weights.bin'))).size
    expect(await size('broken')).to.be.lessThan(await size('default'))
    const { card } = await readCard(path.join(folder, 'dense_network/default@1/card.json'))
    const { card: live } = await readCard(path.join(folder, 'dense_network/default/card.json'))
    expect(card).to.deep.equal({ ...live, version: 1 })
    expect(await readdir(path.join(folder, 'encoders'))).to.include('all-MiniLM-L6-v2')
    await rm(folder, { recursive: true })
  })
})
