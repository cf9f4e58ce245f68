import { performance } from 'node:perf_hooks'

import { serveCalls } from '../../src/thread/serve.js'
import { openAgent, send } from './connection.js'
import type { ClosedJob, LoadCalls, LoadResult, PacedJob } from './job.js'

/** Probes that may be unanswered at once; further ones wait, and their waiting counts. */
const MAX_OPEN_PROBES = 64

let stopped = false

serveCalls<LoadCalls>({
  closed,
  paced,
  stop() {
    stopped = true
  },
})

async function closed({ target, bodies, clients, repeat, seconds }: ClosedJob): Promise<LoadResult> {
  stopped = false
  const agent = openAgent(clients)
  const latencies: number[] = []
  let firstAnswer = ''
  let next = 0
  const begin = performance.now()
  const end = begin + 1000 * (seconds ?? Infinity)

  const client = async () => {
    while (!stopped && performance.now() < end) {
      const index = next++
      const body = repeat === true ? bodies[index % bodies.length] : bodies[index]
      if (body === undefined) return
      const sentAt = performance.now()
      const answer = await send(agent, target, body, index === 0)
      latencies.push(performance.now() - sentAt)
      if (index === 0) firstAnswer = answer
    }
  }
  try {
    await Promise.all(Array.from({ length: clients }, client))
  } finally {
    // The others begin nothing new if one has failed.
    stopped = true
    agent.destroy()
  }
  return { latencies, seconds: (performance.now() - begin) / 1000, firstAnswer }
}

async function paced({ target, everyMs }: PacedJob): Promise<LoadResult> {
  stopped = false
  const agent = openAgent(MAX_OPEN_PROBES)
  const latencies: number[] = []
  const open: Promise<unknown>[] = []
  const begin = performance.now()
  for (let due = begin; !stopped; due += everyMs) {
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())))
    const probe = send(agent, target).then(() => void latencies.push(performance.now() - due))
    // A failure is waited for below; until then it is not unhandled.
    probe.catch(() => undefined)
    open.push(probe)
  }
  try {
    await Promise.all(open)
  } finally {
    agent.destroy()
  }
  return { latencies, seconds: (performance.now() - begin) / 1000, firstAnswer: '' }
}
