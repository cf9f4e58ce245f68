import type { LoadResult } from '../load/job.js'
import type { Measure } from '../results.js'
import { alone, send, show } from '../stage.js'
import { tokensOf } from '../prompts/prompts.js'
import { latency, percentiles } from './workload.js'
import type { Workload } from './workload.js'

/** One client, which sends its next request when the last is answered. */
export const sequentialWorkloads: readonly Workload[] = [
  {
    id: 'single',
    title: 'One unseen prompt, 20 LLMs, one request after another',
    needs: 'embeddings',
    run: async (stage) => {
      const { latencies } = await send(stage, alone(stage.prompts.real(stage.sizes.singles)), 20)
      return percentiles(latencies)
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
      return percentiles(latencies)
    },
  },
  {
    id: 'batch',
    title: '32 unseen prompts, 40 LLMs, one request after another',
    needs: 'embeddings',
    run: async (stage) => {
      const groups = Array.from({ length: stage.sizes.batches }, () => stage.prompts.real(32))
      return throughput(groups, await send(stage, groups, 40))
    },
  },
  {
    id: 'large',
    title: '1,024 unseen prompts, 40 LLMs, one request',
    needs: 'embeddings',
    run: async (stage) => {
      const prompts = stage.prompts.real(stage.sizes.large)
      return throughput([prompts], await send(stage, [prompts], 40))
    },
  },
  {
    id: 'head',
    title: '1,024 prompts that were seen before, 300 LLMs, one request',
    needs: 'scores',
    run: async (stage) => {
      const prompts = stage.prompts.real(stage.sizes.large)
      await show(stage, [prompts])
      return throughput([prompts], await send(stage, [prompts], 300))
    },
  },
  {
    id: 'llms',
    title: 'One prompt that was seen before, 500 LLMs against 20',
    needs: 'scores',
    run: async (stage) => {
      const prompts = alone(stage.prompts.real(stage.sizes.singles))
      await show(stage, prompts)
      // Both forwards and backwards, so that neither has the warmer processor.
      const latencies = { many: [] as number[], few: [] as number[] }
      for (const order of [['many', 'few'] as const, ['few', 'many'] as const]) {
        for (const which of order) {
          const result = await send(stage, prompts, which === 'many' ? 500 : 20)
          latencies[which].push(...result.latencies)
        }
      }
      return [latency(latencies.many, 0.5, '500 LLMs p50'), latency(latencies.few, 0.5, '20 LLMs p50')]
    },
  },
]

/** Over all requests, sent one after another: percentiles where there are several, and how much was done in a second. */
function throughput(groups: readonly (readonly string[])[], { latencies, seconds }: LoadResult): Measure[] {
  const prompts = groups.flat()
  const tokens = prompts.reduce((sum, prompt) => sum + tokensOf(prompt), 0)
  return [
    ...(groups.length > 1 ? percentiles(latencies) : [latency(latencies, 0.5)]),
    { metric: 'throughput', unit: 'prompts/s', value: prompts.length / seconds },
    { metric: 'speed', unit: 'tokens/s', value: tokens / seconds },
  ]
}
