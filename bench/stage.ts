import type { Contender } from './contenders/contender.js'
import type { RunningServer } from './contenders/server.js'
import type { LoadClient } from './load/client.js'
import type { ClosedJob, LoadResult } from './load/job.js'
import type { PromptSource } from './prompts/prompts.js'
import type { Sizes } from './sizes.js'

/** One contender, running alone, and what a workload needs to try it. */
export interface Stage {
  contender: Contender
  server: RunningServer
  load: LoadClient
  /** A second client beside the first. */
  side: LoadClient
  /** Prompts that no contender has seen; the same for every contender. */
  prompts: PromptSource
  sizes: Sizes
}

export type Sending = Omit<ClosedJob, 'target' | 'bodies'>

/** A job of one request per group of prompts, one client unless said otherwise. */
export function jobOf(
  { contender, server }: Stage,
  groups: readonly (readonly string[])[],
  llms: number,
  sending: Partial<Sending> = {},
): ClosedJob {
  return {
    target: { origin: server.origin, path: contender.path },
    bodies: groups.map((prompts) => contender.body(prompts, llms)),
    clients: 1,
    ...sending,
  }
}

/**
 * Sends one request per group of prompts and waits for all answers.
 * @throws Error where a request fails, or where the first answer has not the numbers asked for.
 */
export async function send(
  stage: Stage,
  groups: readonly (readonly string[])[],
  llms: number,
  sending: Partial<Sending> = {},
): Promise<LoadResult> {
  const result = await stage.load.run(jobOf(stage, groups, llms, sending))
  stage.contender.check(result.firstAnswer, groups[0]?.length ?? 0, llms)
  return result
}

/** Each prompt a request of its own. */
export function alone(prompts: readonly string[]): string[][] {
  return prompts.map((prompt) => [prompt])
}

/** Lets a server that remembers prompts see them; nothing for one that does not. */
export async function show(stage: Stage, groups: readonly (readonly string[])[]): Promise<void> {
  if (stage.contender.remembers) await send(stage, groups, 1)
}
