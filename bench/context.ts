import { at } from '../src/numeric/at.js'
import type { Asking, SystemUnderTest } from './systems/systemUnderTest.js'
import type { RunningServer } from './systems/server.js'
import type { LoadClient } from './load/client.js'
import type { ClosedJob, LoadResult } from './load/job.js'
import type { PromptSource } from './prompts/prompts.js'
import type { Sizes } from './sizes.js'

/** One system, running alone, and what a workload needs to measure it. */
export interface WorkloadContext {
  system: SystemUnderTest
  server: RunningServer
  load: LoadClient
  /** For a job that runs while `load` does another. */
  background: LoadClient
  /** Prompts that no system has seen; the same for every system. */
  prompts: PromptSource
  sizes: Sizes
}

type Sending = Omit<ClosedJob, 'target' | 'bodies'>

/** How requests are sent: one after another, for scores, unless said otherwise. */
interface Manner extends Partial<Sending> {
  asking?: Asking
}

/** A job of one request per group of prompts. */
export function jobOf(
  { system, server }: WorkloadContext,
  groups: readonly (readonly string[])[],
  llms: number,
  { asking = system, ...sending }: Manner = {},
): ClosedJob {
  return {
    target: { origin: server.origin, path: asking.path },
    bodies: groups.map((prompts) => asking.body(prompts, llms)),
    clients: 1,
    ...sending,
  }
}

/**
 * Sends one request per group of prompts and waits for all answers.
 * @throws Error if a request fails, or if the first answer does not have the numbers that were asked for.
 */
export async function send(
  context: WorkloadContext,
  groups: readonly (readonly string[])[],
  llms: number,
  manner: Manner = {},
): Promise<LoadResult> {
  const result = await context.load.run(jobOf(context, groups, llms, manner))
  const { asking = context.system } = manner
  asking.check(result.firstAnswer, at(groups, 0).length, llms)
  return result
}

/** Each prompt a request of its own. */
export function onePerRequest(prompts: readonly string[]): string[][] {
  return prompts.map((prompt) => [prompt])
}

/** Sends prompts to a server with a cache; does nothing for one without. */
export async function warmCache(
  context: WorkloadContext,
  groups: readonly (readonly string[])[],
): Promise<void> {
  if (context.system.hasCache) await send(context, groups, 1)
}
