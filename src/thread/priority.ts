import os from 'node:os'
import process from 'node:process'

/** The least that Linux gives a thread next to others that want the same core. */
const MAX_NICE = 19

/**
 * Lowers the priority of the thread that calls it, and of the threads that it starts later, such as those of an engine. Linux
 * has a priority for each thread; elsewhere it is one of the process, and nothing is done.
 * @param nice by how much, 0 to 19: with 5 more than another thread it gets a third of what that gets, with 10 a tenth.
 */
export function lowerPriority(nice: number): void {
  if (process.platform !== 'linux' || nice === 0) return
  // 0 is the thread that calls, not the process. What the process has been given is no less for it.
  os.setPriority(0, Math.min(MAX_NICE, os.getPriority(0) + nice))
}
