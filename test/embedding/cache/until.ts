import { setTimeout } from 'node:timers/promises'

/** Waits for what another process or the event loop brings about; the timeout of the test ends it. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await setTimeout(2)
}
