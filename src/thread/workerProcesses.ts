import cluster from 'node:cluster'
import type { Worker } from 'node:cluster'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'

import { isProcessMessage } from './processMessages.js'

/** What is told of the processes, for the log. */
export interface WorkerEvents {
  onExit: (worker: { pid: number | undefined; code: number | null; signal: string | null }) => void
}

/** A process that joined and ended is replaced after this long, so that one that always crashes does not eat a core. */
const RESTART_AFTER_MS = 500
/** While one cannot start, each pause is twice the one before, up to this one. */
const MAX_PAUSE_MS = 30_000

/**
 * Runs this program in several processes that share a port (`SharedPort`), until `stop` is aborted; a process that
 * ends by itself is replaced. Call it in the first process; `cluster.isPrimary` tells. Each process gets the signal at the end
 * and finishes what it has begun.
 * @returns the exit code of a process that ended before any had joined the port, which another try would not change; 0 otherwise.
 * Once one has, what keeps another from starting, such as a file that is being written, may pass, and the others serve meanwhile.
 */
export async function superviseWorkers(
  count: number,
  stop: AbortSignal,
  { onExit }: WorkerEvents,
): Promise<number> {
  const failure = new AbortController()
  const ended = AbortSignal.any([stop, failure.signal])
  const isEnded = () => ended.aborted
  const state = { code: 0, hasServed: false }
  const keepOne = async (): Promise<void> => {
    let pauseMs = RESTART_AFTER_MS
    while (!isEnded()) {
      const worker = cluster.fork()
      const { hasJoined, ...exit } = await lifeOf(worker, ended, () => (state.hasServed = true))
      if (isEnded()) return
      onExit({ pid: worker.process.pid, ...exit })
      if (!state.hasServed) {
        state.code = exit.code ?? 1
        failure.abort()
        return
      }
      pauseMs = hasJoined ? RESTART_AFTER_MS : Math.min(2 * pauseMs, MAX_PAUSE_MS)
      await setTimeout(pauseMs, undefined, { signal: ended }).catch(() => undefined)
    }
  }
  await Promise.all(Array.from({ length: count }, keepOne))
  return state.code
}

/** Waits for the end of a process, which `ended` asks for. */
async function lifeOf(worker: Worker, ended: AbortSignal, onJoined: () => void) {
  let hasJoined = false
  worker.on('message', (message: unknown) => {
    if (!isProcessMessage(message) || message.llimit !== 'join') return
    hasJoined = true
    onJoined()
  })
  const terminate = () => worker.process.kill(ended.reason === 'SIGINT' ? 'SIGINT' : 'SIGTERM')
  ended.addEventListener('abort', terminate)
  try {
    const [code, signal] = (await once(worker, 'exit')) as [number | null, string | null]
    return { code, signal, hasJoined }
  } finally {
    ended.removeEventListener('abort', terminate)
  }
}
