import { setTimeout as sleep } from 'node:timers/promises'

import { SIGNALS } from './threadSignals.js'

export interface KilledThread {
  thread: keyof typeof SIGNALS
  /** `Date.now()` */
  at: number
}

/** When, as a share of the time. An encoder takes seconds to open its engine again, in which prompts wait. */
const KILLS = [
  { thread: 'scorer', after: 0.1 },
  { thread: 'encoder', after: 0.2 },
  { thread: 'scorer', after: 0.35 },
] as const

/** Ends threads of the server in the first half of the time; memory is looked at in the second. */
export function killThreads(
  send: (signal: NodeJS.Signals) => void,
  seconds: number,
): { stop: () => Promise<KilledThread[]> } {
  const controller = new AbortController()
  const { signal } = controller
  const start = Date.now()
  const killed: KilledThread[] = []
  const killing = (async () => {
    for (const { thread, after } of KILLS) {
      await sleep(start + after * seconds * 1000 - Date.now(), undefined, { signal }).catch(() => undefined)
      if (signal.aborted) return
      killed.push({ thread, at: Date.now() })
      send(SIGNALS[thread])
    }
  })()
  return {
    stop: async () => {
      controller.abort()
      await killing
      return killed
    },
  }
}
