import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'

import { z } from 'zod'

import { createRandom } from '../../src/numeric/random.js'
import { Clients } from './clients.js'
import { SoakTally } from './tally.js'
import type { Fault, KindReport, LostRequest } from './tally.js'
import { flood, inferManyPrompts, streams } from './traffic.js'

/** Sends traffic from processes of its own, so that the times are those of the server and not of what checks it. */
const settingsSchema = z.object({
  origin: z.string(),
  seed: z.int(),
  /** Of this phase. */
  seconds: z.number(),
  /**
   * `capacity`: single prompts as fast as they are answered; `heavy`: requests of 1,024 prompts and clients that misbehave;
   * `timed`: all others, in a process that does nothing but send them and look at the clock; `flood`: see `flood`.
   */
  phase: z.enum(['capacity', 'heavy', 'timed', 'flood']),
  /** Single prompts a second. */
  singles: z.number(),
})
export type TrafficSettings = z.infer<typeof settingsSchema>

export interface TrafficReport {
  kinds: KindReport[]
  faults: Fault[]
  faultCount: number
  /** Answers that only a thread that has ended explains. */
  lost: LostRequest[]
  seconds: number
}

/** Requests of this many prompts keep coming, from this many clients. */
const LARGE = { prompts: 1024, clients: 2 }
/** Clients of the measurement of the capacity. */
const CLOSED_CLIENTS = 4
/** A client whose request was rejected waits before the next one, though less than it is told. */
const REFUSED_PAUSE_MS = 500

process.once('message', (message) => {
  const settings = settingsSchema.parse(message)
  const work = settings.phase === 'capacity' ? measureCapacity(settings) : sendTraffic(settings)
  work.then(
    (report) => process.send?.(report, () => process.disconnect()),
    (error: unknown) => {
      process.stderr.write(error instanceof Error ? String(error.stack) : 'no error')
      process.exit(1)
    },
  )
})

async function measureCapacity({ origin, seed, seconds }: TrafficSettings): Promise<TrafficReport> {
  const loop = { kind: 'capacity', prompts: 1, clients: CLOSED_CLIENTS }
  return timed(async (tally) => {
    const clients = new Clients(origin)
    await closedLoop(clients, tally, { ...loop, seed, until: Date.now() + seconds * 1000 })
    clients.close()
  })
}

async function sendTraffic({
  origin,
  seed,
  seconds,
  singles,
  phase,
}: TrafficSettings): Promise<TrafficReport> {
  const clients = new Clients(origin)
  const until = Date.now() + seconds * 1000
  const isHeavy = phase === 'heavy'
  const large = { kind: `/infer, ${LARGE.prompts} prompts`, ...LARGE }
  const report = await timed(async (tally) => {
    await Promise.all([
      ...(isHeavy ? [closedLoop(clients, tally, { ...large, seed: seed + 1, until })] : []),
      ...(phase === 'flood' ? flood(singles) : streams(singles)).map(async (stream, s) => {
        if ((stream.client !== undefined) !== isHeavy) return
        const random = createRandom(seed + 2 + s)
        const everyMs = 1000 / stream.perSecond
        const open: Promise<unknown>[] = []
        // Streams of the same pace do not send at the same moments.
        for (let due = Date.now() + random() * everyMs; due < until; due += everyMs) {
          await sleep(Math.max(0, due - Date.now()))
          const sent = clients
            .send(stream.next(random), stream.client)
            .then((answer) => tally.add(stream.kind, answer, stream.expects))
          open.push(sent)
        }
        await Promise.all(open)
      }),
    ])
  })
  clients.close()
  return report
}

async function closedLoop(
  clients: Clients,
  tally: SoakTally,
  loop: { kind: string; prompts: number; clients: number; seed: number; until: number },
): Promise<void> {
  const random = createRandom(loop.seed)
  const client = async () => {
    while (Date.now() < loop.until) {
      const answer = await clients.send(await inferManyPrompts(loop.prompts, random))
      tally.add(loop.kind, answer)
      if (answer?.status !== 200) await sleep(REFUSED_PAUSE_MS)
    }
  }
  await Promise.all(Array.from({ length: loop.clients }, client))
}

async function timed(work: (tally: SoakTally) => Promise<void>): Promise<TrafficReport> {
  const tally = new SoakTally()
  const start = Date.now()
  await work(tally)
  const { faults, faultCount, lost } = tally
  return { kinds: tally.report(), faults, faultCount, lost, seconds: (Date.now() - start) / 1000 }
}
