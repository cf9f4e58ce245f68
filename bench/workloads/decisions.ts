import type { LoadResult } from '../load/job.js'
import type { Measure } from '../results.js'
import { onePerRequest, send } from '../context.js'
import type { WorkloadContext } from '../context.js'
import type { Asking } from '../systems/systemUnderTest.js'
import { latency, percentiles, rate } from './workload.js'
import type { Workload } from './workload.js'

/** As many as version 1 of the default model knew. */
const LLMS = 130

const CLIENTS = 16

function decisionsOf({ system }: WorkloadContext): { rank: Asking; systemOne: Asking } {
  if (system.decisions === undefined)
    throw new RangeError(`expected a system that chooses, got ${system.name}`)
  return system.decisions
}

/** Choices, not scores alone. */
export const decisionWorkloads: readonly Workload[] = [
  {
    id: 'rank',
    title: `/rank of a prompt that was seen before, ${LLMS} LLMs, one request after another`,
    needs: 'decisions',
    run: async (context) => {
      const prompts = onePerRequest(context.prompts.real(context.sizes.singles))
      const { rank } = decisionsOf(context)
      await send(context, prompts, LLMS, { asking: rank })
      return percentiles((await send(context, prompts, LLMS, { asking: rank })).latencies)
    },
  },
  {
    id: 'rank-unseen',
    title: `/rank of an unseen prompt against /infer and /v1/systemone, ${LLMS} LLMs, one request after another`,
    needs: 'decisions',
    run: async (context) => {
      const { rank, systemOne } = decisionsOf(context)
      const p50 = async (metric: string, asking: Asking): Promise<Measure> => {
        const prompts = onePerRequest(context.prompts.real(context.sizes.singles))
        return latency((await send(context, prompts, LLMS, { asking })).latencies, 0.5, metric)
      }
      return [
        await p50('/rank p50', rank),
        await p50('/infer p50', context.system),
        await p50('/v1/systemone p50', systemOne),
      ]
    },
  },
  {
    id: 'rank-clients',
    title: `${CLIENTS} clients, each with one prompt that was seen before and ${LLMS} LLMs: /rank, its five best, /v1/systemone`,
    needs: 'decisions',
    run: async (context) => {
      const prompts = onePerRequest(context.prompts.real(context.sizes.cached))
      const { rank, systemOne } = decisionsOf(context)
      const of = async (asking: Asking): Promise<LoadResult> => {
        await send(context, prompts, LLMS, { asking })
        const { seconds } = context.sizes
        return send(context, prompts, LLMS, { asking, clients: CLIENTS, seconds, repeat: true })
      }
      return [
        rate(await of(rank), '/rank'),
        rate(await of(bestFive(rank)), '/rank, top 5'),
        rate(await of(systemOne), '/v1/systemone'),
      ]
    },
  },
]

function bestFive(rank: Asking): Asking {
  return {
    ...rank,
    body: (prompts, llms) => JSON.stringify({ ...(JSON.parse(rank.body(prompts, llms)) as object), top: 5 }),
  }
}
