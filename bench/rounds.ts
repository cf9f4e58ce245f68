import { setTimeout as sleep } from 'node:timers/promises'

import { messageOf } from '../src/errors.js'
import type { EncoderWorkload } from './encoder/encoderWorkload.js'
import type { PoolMember, ServerPool } from './serverPool.js'
import type { LoadClient } from './load/client.js'
import { createPrompts } from './prompts/prompts.js'
import { createCollector } from './results.js'
import type { Collector, Section } from './results.js'
import type { Sizes } from './sizes.js'
import type { SystemUnderTest } from './systems/systemUnderTest.js'
import { onePerRequest, send } from './context.js'
import type { WorkloadContext } from './context.js'
import type { Workload } from './workloads/workload.js'

/** A server that ends closes its connections before its end is known here. */
const EXIT_NOTICE_MS = 1000

interface Plan {
  pool: ServerPool
  workloads: readonly Workload[]
  /** The encoder alone, while all servers stand still; undefined: left out. */
  encoder: EncoderWorkload | undefined
  rounds: number
  sizes: Sizes
  clients: { load: LoadClient; background: LoadClient }
  /** Called with what happens, line by line. */
  note: (line: string) => void
}

/**
 * Measures every workload with every system, round by round. Within a workload one system follows the other, in each
 * round another one first, so that a slow minute of the machine hits all of them alike.
 */
export async function runRounds(plan: Plan): Promise<Section[]> {
  const { pool, encoder, rounds, note } = plan
  const workloads = plan.workloads.map((workload) => ({
    workload,
    results: createCollector(workload.id, workload.title),
  }))
  for (const member of pool.members) await burnIn(member, plan)

  for (let round = 1; round <= rounds; round++) {
    for (const { workload, results } of workloads) {
      for (const member of rotate(pool.members, round - 1)) {
        if (!canDo(member.system, workload)) continue
        note(`round ${round} of ${rounds}: ${workload.id}, ${member.system.name}`)
        await runWorkload(workload, member, round, plan, results)
      }
    }
    if (encoder !== undefined) {
      note(`round ${round} of ${rounds}: encoder`)
      await encoder.runRound()
    }
  }
  return [
    ...workloads.map(({ results }) => results.section()),
    ...(encoder === undefined ? [] : encoder.sections()),
    ...(pool.members.length > 0 ? [memoryOf(pool), startOf(pool)] : []),
  ]
}

function canDo({ answers, decisions }: SystemUnderTest, { needs }: Workload): boolean {
  if (needs === 'decisions') return decisions !== undefined
  return needs === 'embeddings' || answers === 'scores'
}

async function runWorkload(
  workload: Workload,
  member: PoolMember,
  round: number,
  plan: Plan,
  results: Collector,
): Promise<void> {
  const { name } = member.system
  try {
    await plan.pool.runAlone(member, async () => {
      const context = contextOf(member, plan, `${workload.id}, round ${round}`)
      // Caches of the processor were given to others in between.
      await send(context, onePerRequest(context.prompts.real(2)), 20)
      results.add(name, await workload.run(context))
    })
  } catch (error) {
    await sleep(EXIT_NOTICE_MS)
    const reason = member.server.ended() ?? messageOf(error)
    plan.note(`  failed: ${reason}`)
    results.fail(name, reason)
  }
}

/** Just-in-time compilers, thread pools and memory of a server settle in its first requests. */
async function burnIn(member: PoolMember, plan: Plan): Promise<void> {
  plan.note(`burn-in: ${member.system.name}`)
  try {
    await plan.pool.runAlone(member, async () => {
      const context = contextOf(member, plan, 'burn-in')
      await send(context, onePerRequest(context.prompts.real(plan.sizes.burnIn)), 20)
      await send(context, [context.prompts.real(32)], 40)
      await send(context, onePerRequest(context.prompts.real(plan.sizes.burnIn)), 20, { clients: 16 })
    })
  } catch (error) {
    // Its workloads start it again if it has ended, and say what fails.
    plan.note(`  failed: ${messageOf(error)}`)
  }
}

function contextOf({ system, server }: PoolMember, { clients, sizes }: Plan, seed: string): WorkloadContext {
  return { system, server, ...clients, sizes, prompts: createPrompts(seed) }
}

function rotate<T>(values: readonly T[], by: number): T[] {
  const begin = by % Math.max(values.length, 1)
  return [...values.slice(begin), ...values.slice(0, begin)]
}

function memoryOf(pool: ServerPool): Section {
  const results = createCollector('memory', 'Resident memory of the server after all of this')
  for (const { system, server } of pool.members) {
    const memory = server.ended() === undefined ? server.memory() : undefined
    if (memory === undefined) continue
    results.add(system.name, [
      { metric: 'at the end', unit: 'MiB', value: memory.now },
      { metric: 'peak', unit: 'MiB', value: memory.peak },
    ])
  }
  return results.section()
}

function startOf(pool: ServerPool): Section {
  const results = createCollector('start', 'From the start of the process to its first answer')
  for (const { system, server } of pool.members)
    results.add(system.name, [{ metric: 'time', unit: 'ms', value: server.readyMs }])
  return results.section()
}
