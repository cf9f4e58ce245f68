import type { Worker } from 'node:worker_threads'

/** Collects the worker threads that are started while the tests of the enclosing `describe` run, for ending them. */
export function watchWorkers(): Worker[] {
  const workers: Worker[] = []
  const add = (worker: Worker) => workers.push(worker)
  before(() => process.on('worker', add))
  after(() => process.off('worker', add))
  return workers
}
