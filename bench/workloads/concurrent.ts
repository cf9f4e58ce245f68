import type { LoadResult } from '../load/job.js'
import { onePerRequest, jobOf, send, warmCache } from '../context.js'
import { latency, percentiles, rate } from './workload.js'
import type { Workload } from './workload.js'

const PROBE_MS = 50

/** Several clients at once. */
export const concurrentWorkloads: readonly Workload[] = [
  {
    id: 'clients',
    title: `16 clients, each with one unseen prompt and 20 LLMs, while GET /health is sent every ${PROBE_MS} ms`,
    needs: 'embeddings',
    run: async (context) => {
      const { pool, seconds } = context.sizes
      const target = { origin: context.server.origin, path: '/health' }
      const prompts = onePerRequest(context.prompts.real(pool))
      const [result, health] = await whileRunning(
        context.background.start({ target, everyMs: PROBE_MS }),
        () => send(context, prompts, 20, { clients: 16, seconds }),
      )
      return [rate(result), ...percentiles(result.latencies), latency(health.latencies, 0.99, '/health p99')]
    },
  },
  {
    id: 'cached-clients',
    title: '16 clients, each with one prompt that was seen before and 20 LLMs',
    needs: 'embeddings',
    run: async (context) => {
      const { cached, seconds } = context.sizes
      const prompts = onePerRequest(context.prompts.real(cached))
      await warmCache(context, prompts)
      const result = await send(context, prompts, 20, { clients: 16, seconds, repeat: true })
      return [rate(result), ...percentiles(result.latencies)]
    },
  },
  {
    id: 'short-clients',
    title: '32 clients, each with one unseen prompt of 32 tokens and 20 LLMs',
    needs: 'embeddings',
    run: async (context) => {
      const { pool, seconds } = context.sizes
      const result = await send(context, onePerRequest(context.prompts.exact(pool, 32)), 20, {
        clients: 32,
        seconds,
      })
      return [rate(result), ...percentiles(result.latencies)]
    },
  },
  {
    id: 'fairness',
    title: 'One unseen prompt at a time, 20 LLMs, while a request of 1,024 prompts and 40 LLMs is computed',
    needs: 'embeddings',
    run: async (context) => {
      const { pool, large } = context.sizes
      const small = jobOf(context, onePerRequest(context.prompts.real(pool)), 20)
      const prompts = context.prompts.real(large)
      const [result, { latencies }] = await whileRunning(context.background.start(small), () =>
        send(context, [prompts], 40),
      )
      return [...percentiles(latencies), latency(result.latencies, 0.5, 'large request')]
    },
  },
]

/** Does some work while a job runs, and ends the job with it, also if the work fails. */
async function whileRunning(
  job: { stop: () => Promise<LoadResult> },
  work: () => Promise<LoadResult>,
): Promise<[LoadResult, LoadResult]> {
  const result = await work().finally(job.stop)
  return [result, await job.stop()]
}
