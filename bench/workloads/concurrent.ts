import type { LoadResult } from '../load/job.js'
import type { Measure } from '../results.js'
import { alone, jobOf, send, show } from '../stage.js'
import { latency, percentiles } from './workload.js'
import type { Workload } from './workload.js'

const PROBE_MS = 50

/** Several clients at once. */
export const concurrentWorkloads: readonly Workload[] = [
  {
    id: 'clients',
    title: `16 clients, each with one unseen prompt and 20 LLMs; beside them GET /health every ${PROBE_MS} ms`,
    needs: 'embeddings',
    run: async (stage) => {
      const { pool, seconds } = stage.sizes
      const target = { origin: stage.server.origin, path: '/health' }
      const prompts = alone(stage.prompts.real(pool))
      const [result, health] = await beside(stage.side.start({ target, everyMs: PROBE_MS }), () =>
        send(stage, prompts, 20, { clients: 16, seconds }),
      )
      return [rate(result), ...percentiles(result.latencies), latency(health.latencies, 0.99, '/health p99')]
    },
  },
  {
    id: 'cached-clients',
    title: '16 clients, each with one prompt that was seen before and 20 LLMs',
    needs: 'embeddings',
    run: async (stage) => {
      const { cached, seconds } = stage.sizes
      const prompts = alone(stage.prompts.real(cached))
      await show(stage, prompts)
      const result = await send(stage, prompts, 20, { clients: 16, seconds, repeat: true })
      return [rate(result), ...percentiles(result.latencies)]
    },
  },
  {
    id: 'short-clients',
    title: '32 clients, each with one unseen prompt of 32 tokens and 20 LLMs',
    needs: 'embeddings',
    run: async (stage) => {
      const { pool, seconds } = stage.sizes
      const result = await send(stage, alone(stage.prompts.exact(pool, 32)), 20, { clients: 32, seconds })
      return [rate(result), ...percentiles(result.latencies)]
    },
  },
  {
    id: 'fairness',
    title: 'One unseen prompt at a time, 20 LLMs, while a request of 1,024 prompts and 40 LLMs is computed',
    needs: 'embeddings',
    run: async (stage) => {
      const { pool, large } = stage.sizes
      const small = jobOf(stage, alone(stage.prompts.real(pool)), 20)
      const prompts = stage.prompts.real(large)
      const [result, { latencies }] = await beside(stage.side.start(small), () => send(stage, [prompts], 40))
      return [...percentiles(latencies), latency(result.latencies, 0.5, 'large request')]
    },
  },
]

/** Does some work while a job runs, and ends the job with it, also where the work fails. */
async function beside(
  job: { stop: () => Promise<LoadResult> },
  work: () => Promise<LoadResult>,
): Promise<[LoadResult, LoadResult]> {
  const result = await work().finally(job.stop)
  return [result, await job.stop()]
}

function rate({ latencies, seconds }: LoadResult): Measure {
  return { metric: 'throughput', unit: 'requests/s', value: latencies.length / seconds }
}
