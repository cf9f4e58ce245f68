import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

import { writePage } from '../src/cli/reporting/writePage.js'
import { startServer } from './gateways/server.js'
import { copySavedModels, swapVersions } from './soak/injected.js'
import { numberIn, sampleOf } from './soak/memory.js'
import type { MemorySample } from './soak/memory.js'
import { killThreads } from './soak/threadKiller.js'
import { soakPage } from './soak/page.js'
import { problemsOf, reportText } from './soak/report.js'
import type { TrafficReport, TrafficSettings } from './soak/worker.js'

/** Compiled scripts are in dist/scripts, two folders below the root. */
const ROOT = fileURLToPath(new URL('../..', import.meta.url))

const MINUTE_MS = 60_000
const CAPACITY_SECONDS = 10
/** Next to two clients that send 1,024 prompts again and again, which are a whole capacity. */
const SINGLES = 0.5
/** At the end, by themselves: many times what the server can do, so that it has to reject. */
const FLOOD = { times: 4, seconds: 20 }
const SAMPLE_MS = 5_000
/** Full after a minute, so that what grows later is no cache. */
const CACHE_MB = 8

const USAGE = `npm run soak -- [flags]: sends the built server about twice what it can do, of every kind, while versions are swapped,
clients leave, send slowly and read nothing, a broken model is asked for again and again, and threads are killed. At the
end it gets four times as many single prompts as it can answer, so that it has to reject.
Exit status 1 for an answer that nothing explains (a 5xx, none at all) and for memory or tensors that grow.

  --minutes N        30
  --seed N           1
  --report FILE      write one page with everything: a name that ends in .html, or a folder for report.html
`

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    seed: { type: 'string', default: '1' },
    report: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) process.stdout.write(USAGE)
else process.exitCode = await main()

async function main(): Promise<number> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'llimit-soak-'))
  const models = path.join(folder, 'saved_models')
  await copySavedModels(path.join(ROOT, 'saved_models'), models)
  const preload = ['default', 'llimit-reference'].map((name) => `dense_network/${name}`).join(',')
  const server = await startServer({
    program: path.join(ROOT, 'dist/src/cli/main.js'),
    tiers: path.join(ROOT, 'examples/litellm/tiers.json'),
    timeoutMs: 2 * MINUTE_MS,
    // A line for each request for the broken model.
    log: 'ignore',
    nodeFlags: ['--import', new URL('./soak/endingThreads.js', import.meta.url).href],
    flags: ['--saved-models', models, '--preload', preload, '--cache-mb', String(CACHE_MB)],
  })
  try {
    const seconds = Number(values.minutes) * 60
    const common = { origin: server.url, seed: Number(values.seed) }
    const alone = await traffic({ ...common, phase: 'capacity', seconds: CAPACITY_SECONDS, singles: 0 })
    const capacity = (alone.kinds[0]?.requests ?? NaN) / alone.seconds
    const singles = capacity * SINGLES
    const swapping = swapVersions(models)
    const killing = killThreads(server.send, seconds)
    const sampling = sampleMemory(server.url)
    const both = (['timed', 'heavy'] as const).map((phase) => traffic({ ...common, phase, seconds, singles }))
    const sent = await Promise.all(both)
    const samples = await sampling.stop()
    const killed = await killing.stop()
    const swaps = await swapping.stop()
    const flood = await traffic({
      ...common,
      phase: 'flood',
      seconds: FLOOD.seconds,
      singles: capacity * FLOOD.times,
    })
    const threadRestarts = restartsIn(await pageOf(server.url))
    const soak = {
      traffic: joined([...sent, flood]),
      capacity,
      singles,
      swaps,
      samples,
      killed,
      threadRestarts,
    }
    process.stdout.write(reportText(soak))
    if (values.report !== undefined) {
      const subtitle = `${new Date().toISOString().slice(0, 10)}, seed ${values.seed}`
      process.stdout.write(`${await writePage(values.report, soakPage(soak, subtitle))}\n`)
    }
    const problems = problemsOf(soak)
    for (const problem of problems) process.stdout.write(`problem: ${problem}\n`)
    return problems.length === 0 ? 0 : 1
  } finally {
    await server.close()
    await rm(folder, { recursive: true, force: true })
  }
}

async function traffic(settings: TrafficSettings): Promise<TrafficReport> {
  const child = fork(fileURLToPath(new URL('./soak/worker.js', import.meta.url)))
  child.send(settings)
  const ended = once(child, 'exit').then(() => {
    throw new Error('the traffic ended without a report')
  })
  const [report] = (await Promise.race([once(child, 'message'), ended])) as [TrafficReport]
  // It ends after its report.
  ended.catch(() => undefined)
  return report
}

/** What several processes have sent at the same time. */
function joined(reports: readonly TrafficReport[]): TrafficReport {
  return {
    kinds: reports.flatMap(({ kinds }) => kinds),
    faults: reports.flatMap(({ faults }) => faults),
    faultCount: reports.reduce((sum, { faultCount }) => sum + faultCount, 0),
    lost: reports.flatMap(({ lost }) => lost),
    seconds: Math.max(...reports.map(({ seconds }) => seconds)),
  }
}

async function pageOf(url: string): Promise<string> {
  return (await fetch(`${url}/metrics`)).text()
}

function sampleMemory(url: string): { stop: () => Promise<MemorySample[]> } {
  const samples: MemorySample[] = []
  const start = Date.now()
  let sampling = Promise.resolve()
  const timer = setInterval(() => {
    sampling = sampling.then(async () => {
      samples.push(sampleOf(await pageOf(url), (Date.now() - start) / 1000))
    })
  }, SAMPLE_MS)
  return {
    stop: async () => {
      clearInterval(timer)
      await sampling
      return samples
    },
  }
}

function restartsIn(page: string): number {
  return ['scorer', 'encoder'].reduce(
    (sum, thread) => sum + numberIn(page, `llimit_thread_restarts_total\\{thread="${thread}"\\}`),
    0,
  )
}
