import type { LoadResult } from '../load/job.js'
import type { Measure } from '../results.js'
import { alone, send, show } from '../stage.js'
import { latency } from './workload.js'
import type { Workload } from './workload.js'

/** One client, which sends its next request when the last is answered. */
export const sequentialWorkloads: readonly Workload[] = [
  {
    id: 'single',
    title: 'One unseen prompt, 20 LLMs, one request after another',
    needs: 'embeddings',
    run: async (stage) => {
      const { latencies } = await send(stage, alone(stage.prompts.real(stage.sizes.singles)), 20)
      return [0.5, 0.95, 0.99].map((fraction) => latency(latencies, fraction))
    },
  },
  {
    id: 'cached',
    title: 'A prompt that was seen before, 20 LLMs, one request after another',
    needs: 'embeddings',
    run: async (stage) => {
      const prompts = alone(stage.prompts.real(stage.sizes.singles))
      await show(stage, prompts)
      const { latencies } = await send(stage, prompts, 20)
      return [latency(latencies, 0.5), latency(latencies, 0.99)]
    },
  },
  {
    id: 'batch',
    title: '32 unseen prompts, 40 LLMs, one request after another',
    needs: 'embeddings',
    run: async (stage) => {
      const groups = Array.from({ length: stage.sizes.batches }, () => stage.prompts.real(32))
      return perRequest(await send(stage, groups, 40), 32)
    },
  },
  {
    id: 'large',
    title: '1,024 unseen prompts, 40 LLMs, one request',
    needs: 'embeddings',
    run: async (stage) => {
      const prompts = stage.prompts.real(stage.sizes.large)
      return perRequest(await send(stage, [prompts], 40), prompts.length)
    },
  },
  {
    id: 'head',
    title: '1,024 prompts that were seen before, 300 LLMs, one request',
    needs: 'scores',
    run: async (stage) => {
      const prompts = stage.prompts.real(stage.sizes.large)
      await show(stage, [prompts])
      return perRequest(await send(stage, [prompts], 300), prompts.length)
    },
  },
  {
    id: 'llms',
    title: 'One unseen prompt, 500 LLMs against 20',
    needs: 'scores',
    run: async (stage) => {
      const half = Math.ceil(stage.sizes.singles / 2)
      const many = await send(stage, alone(stage.prompts.real(half)), 500)
      const few = await send(stage, alone(stage.prompts.real(half)), 20)
      return [latency(many.latencies, 0.5, '500 LLMs p50'), latency(few.latencies, 0.5, '20 LLMs p50')]
    },
  },
]

function perRequest({ latencies }: LoadResult, prompts: number): Measure[] {
  const p50 = latency(latencies, 0.5)
  return [p50, { metric: 'throughput', unit: 'prompts/s', value: (1000 * prompts) / p50.value }]
}
