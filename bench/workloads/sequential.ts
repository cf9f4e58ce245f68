import type { LoadResult } from '../load/job.js'
import type { Measure } from '../results.js'
import { onePerRequest, send, warmCache } from '../context.js'
import { tokensOf } from '../prompts/prompts.js'
import { latency, percentiles } from './workload.js'
import type { Workload } from './workload.js'

/** One client, which sends its next request when the last is answered. */
export const sequentialWorkloads: readonly Workload[] = [
  {
    id: 'single',
    title: 'One unseen prompt, 20 LLMs, one request after another',
    needs: 'embeddings',
    run: async (context) => {
      const { latencies } = await send(
        context,
        onePerRequest(context.prompts.real(context.sizes.singles)),
        20,
      )
      return percentiles(latencies)
    },
  },
  {
    id: 'cached',
    title: 'A prompt that was seen before, 20 LLMs, one request after another',
    needs: 'embeddings',
    run: async (context) => {
      const prompts = onePerRequest(context.prompts.real(context.sizes.singles))
      await warmCache(context, prompts)
      const { latencies } = await send(context, prompts, 20)
      return percentiles(latencies)
    },
  },
  {
    id: 'long',
    title: 'One unseen prompt of 8,000 tokens, 20 LLMs, one request after another',
    needs: 'embeddings',
    run: async (context) => {
      const prompts = onePerRequest(context.prompts.exact(context.sizes.longs, 8000))
      const { latencies } = await send(context, prompts, 20)
      return percentiles(latencies)
    },
  },
  {
    id: 'batch',
    title: '32 unseen prompts, 40 LLMs, one request after another',
    needs: 'embeddings',
    run: async (context) => {
      const groups = Array.from({ length: context.sizes.batches }, () => context.prompts.real(32))
      return throughput(groups, await send(context, groups, 40))
    },
  },
  {
    id: 'large',
    title: '1,024 unseen prompts, 40 LLMs, one request',
    needs: 'embeddings',
    run: async (context) => {
      const prompts = context.prompts.real(context.sizes.large)
      return throughput([prompts], await send(context, [prompts], 40))
    },
  },
  {
    id: 'scoring',
    title: '1,024 prompts that were seen before, 300 LLMs, one request',
    needs: 'scores',
    run: async (context) => {
      const prompts = context.prompts.real(context.sizes.large)
      await warmCache(context, [prompts])
      return throughput([prompts], await send(context, [prompts], 300))
    },
  },
  {
    id: 'llms',
    title: 'One prompt that was seen before, 500 LLMs against 20',
    needs: 'scores',
    run: async (context) => {
      const prompts = onePerRequest(context.prompts.real(context.sizes.singles))
      await warmCache(context, prompts)
      // Both forwards and backwards, so that neither has the warmer processor.
      const latencies = { many: [] as number[], few: [] as number[] }
      for (const order of [['many', 'few'] as const, ['few', 'many'] as const]) {
        for (const which of order) {
          const result = await send(context, prompts, which === 'many' ? 500 : 20)
          latencies[which].push(...result.latencies)
        }
      }
      return [latency(latencies.many, 0.5, '500 LLMs p50'), latency(latencies.few, 0.5, '20 LLMs p50')]
    },
  },
]

/** Over all requests, sent one after another: percentiles if there are several, and how much was done in a second. */
function throughput(groups: readonly (readonly string[])[], { latencies, seconds }: LoadResult): Measure[] {
  const prompts = groups.flat()
  const tokens = prompts.reduce((sum, prompt) => sum + tokensOf(prompt), 0)
  return [
    ...(groups.length > 1 ? percentiles(latencies) : [latency(latencies, 0.5)]),
    { metric: 'throughput', unit: 'prompts/s', value: prompts.length / seconds },
    { metric: 'speed', unit: 'tokens/s', value: tokens / seconds },
  ]
}
