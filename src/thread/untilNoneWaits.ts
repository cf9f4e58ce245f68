import { setImmediate } from 'node:timers/promises'

/** Most turns of the event loop that are waited for a short one, and how short that is. */
const MAX_TURNS = 1000
const SHORT_TURN_MS = 0.1

/**
 * The system resets the connections that wait to be accepted when a port is closed. A turn of the event loop accepts them all,
 * so a port is closed after a short one in which none came, which is when this resolves. What comes in that tenth of a
 * millisecond is lost all the same.
 * @param opened connections so far
 */
export async function untilNoneWaits(opened: () => number): Promise<void> {
  for (let turn = 0; turn < MAX_TURNS; turn++) {
    const [before, begunAt] = [opened(), performance.now()]
    await setImmediate()
    if (opened() === before && performance.now() - begunAt < SHORT_TURN_MS) return
  }
}
