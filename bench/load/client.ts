import { Thread } from '../../src/thread/thread.js'
import type { ClosedJob, LoadCalls, LoadResult, PacedJob } from './job.js'

/** A load client in a thread of its own, so that neither its work nor the benchmark's delays the other's clock. */
export interface LoadClient {
  run(job: ClosedJob): Promise<LoadResult>
  /** Runs until `stop`. */
  start(job: ClosedJob | PacedJob): { stop: () => Promise<LoadResult> }
  close(): Promise<void>
}

export function openLoadClient(): LoadClient {
  const thread = new Thread<LoadCalls>({
    title: 'The load client',
    script: new URL('./worker.js', import.meta.url),
    setUp: () => Promise.resolve(),
  })
  return {
    run: (job) => thread.call('closed', job),
    start: (job) => {
      const result = 'everyMs' in job ? thread.call('paced', job) : thread.call('closed', job)
      // A failure is told to whoever calls `stop`, not to the process.
      result.catch(() => undefined)
      return {
        stop: async () => {
          await thread.call('stop', undefined)
          return result
        },
      }
    },
    close: () => thread.close(),
  }
}
