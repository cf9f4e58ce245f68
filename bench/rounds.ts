import { setTimeout as sleep } from 'node:timers/promises'

import { messageOf } from '../src/errors.js'
import type { EncoderWorkload } from './encoder/encoderWorkload.js'
import type { Entry, Field } from './field.js'
import type { LoadClient } from './load/client.js'
import { createPrompts } from './prompts/prompts.js'
import { collect } from './results.js'
import type { Collector, Section } from './results.js'
import type { Sizes } from './sizes.js'
import { alone, send } from './stage.js'
import type { Stage } from './stage.js'
import type { Workload } from './workloads/workload.js'

const END_KNOWN_MS = 1000

interface Plan {
  field: Field
  workloads: readonly Workload[]
  /** The encoder alone, while all servers stand still; undefined: left out. */
  encoder: EncoderWorkload | undefined
  rounds: number
  sizes: Sizes
  clients: { load: LoadClient; side: LoadClient }
  /** Told what happens. */
  note: (line: string) => void
}

/**
 * Measures every workload with every contender, round by round. Contenders take turns within a workload, each round
 * another one first, so that a slow minute of the machine hits all of them alike.
 */
export async function runRounds(plan: Plan): Promise<Section[]> {
  const { field, workloads, encoder, rounds, note } = plan
  const collectors = new Map(workloads.map(({ id, title }) => [id, collect(id, title)]))
  for (const entry of field.entries) await burnIn(entry, plan)

  for (let round = 1; round <= rounds; round++) {
    for (const workload of workloads) {
      const results = collectors.get(workload.id)
      if (results === undefined) continue
      for (const entry of rotate(field.entries, round - 1)) {
        if (workload.needs === 'scores' && entry.contender.answers !== 'scores') continue
        note(`round ${round} of ${rounds}: ${workload.id}, ${entry.contender.name}`)
        await runWorkload(workload, entry, round, plan, results)
      }
    }
    if (encoder !== undefined) {
      note(`round ${round} of ${rounds}: encoder`)
      await encoder.runRound()
    }
  }
  const sections = [...collectors.values()].map((collector) => collector.section())
  const ofServers = field.entries.length > 0 ? [memoryOf(field), startOf(field)] : []
  return [...sections, ...(encoder?.sections() ?? []), ...ofServers]
}

async function runWorkload(
  workload: Workload,
  entry: Entry,
  round: number,
  plan: Plan,
  results: Collector,
): Promise<void> {
  const { name } = entry.contender
  try {
    await plan.field.turn(entry, async () => {
      const stage = stageOf(entry, plan, `${workload.id}, round ${round}`)
      // Caches of the processor were given to others in between.
      await send(stage, alone(stage.prompts.real(2)), 20)
      results.add(name, await workload.run(stage))
    })
  } catch (error) {
    // A server that ends closes its connections before its end is known here.
    await sleep(END_KNOWN_MS)
    const reason = entry.server.ended() ?? messageOf(error)
    plan.note(`  failed: ${reason}`)
    results.fail(name, reason)
  }
}

/** Just-in-time compilers, thread pools and memory of a server settle in its first requests. */
async function burnIn(entry: Entry, plan: Plan): Promise<void> {
  plan.note(`burn-in: ${entry.contender.name}`)
  try {
    await plan.field.turn(entry, async () => {
      const stage = stageOf(entry, plan, 'burn-in')
      await send(stage, alone(stage.prompts.real(plan.sizes.burnIn)), 20)
      await send(stage, [stage.prompts.real(32)], 40)
      await send(stage, alone(stage.prompts.real(plan.sizes.burnIn)), 20, { clients: 16 })
    })
  } catch (error) {
    // Its workloads start it again where it has ended, and say what fails.
    plan.note(`  failed: ${messageOf(error)}`)
  }
}

function stageOf({ contender, server }: Entry, { clients, sizes }: Plan, seed: string): Stage {
  return { contender, server, ...clients, sizes, prompts: createPrompts(seed) }
}

function rotate<T>(values: readonly T[], by: number): T[] {
  const begin = by % Math.max(values.length, 1)
  return [...values.slice(begin), ...values.slice(0, begin)]
}

function memoryOf(field: Field): Section {
  const results = collect('memory', 'Resident memory of the server after all of this')
  for (const { contender, server } of field.entries) {
    if (server.ended() !== undefined) continue
    const { now, peak } = server.memory()
    results.add(contender.name, [
      { metric: 'at the end', unit: 'MiB', value: now },
      { metric: 'peak', unit: 'MiB', value: peak },
    ])
  }
  return results.section()
}

function startOf(field: Field): Section {
  const results = collect('start', 'From the start of the process to its first answer')
  for (const { contender, server } of field.entries)
    results.add(contender.name, [{ metric: 'time', unit: 'ms', value: server.readyMs }])
  return results.section()
}
