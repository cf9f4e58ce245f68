import cluster from 'node:cluster'
import type { Worker } from 'node:cluster'
import { setTimeout } from 'node:timers/promises'

import { isProcessMessage } from './processMessages.js'
import type { Question } from './processMessages.js'

/** A process that takes longer answers nothing else either. */
const ANSWER_MS = 2_000

/** What the processes answered, by their number; undefined for one that did not in time. */
export type Answers = ReadonlyMap<number, unknown>

interface Gathering {
  waitsFor: Set<number>
  answers: Map<number, unknown>
  done: () => void
}

/** In the first of several processes: when one of them asks, it asks all and makes one answer of theirs. */
export class ProcessHub {
  readonly #combine: Record<Question, (answers: Answers) => unknown>
  readonly #gatherings = new Map<number, Gathering>()
  #nextId = 0

  constructor(combine: Record<Question, (answers: Answers) => unknown>) {
    this.#combine = combine
    cluster.on('message', (worker: Worker, message: unknown) => {
      if (!isProcessMessage(message)) return
      if (message.llimit === 'ask') void this.#serve(worker, message.id, message.question)
      if (message.llimit === 'answer') this.#settle(worker.id, message.id, message.value)
    })
    cluster.on('exit', ({ id }) => {
      for (const gathering of this.#gatherings.keys()) this.#settle(id, gathering, undefined)
    })
  }

  async #serve(asker: Worker, id: number, question: Question): Promise<void> {
    const answers = await this.#gather(question)
    const value = await this.#combine[question](answers)
    send(asker, { llimit: 'result', id, value })
  }

  async #gather(question: Question): Promise<Answers> {
    const workers = Object.values(cluster.workers ?? {}).filter((worker) => worker?.isConnected() === true)
    const ids = workers.flatMap((worker) => (worker === undefined ? [] : [worker.id]))
    const answers = new Map<number, unknown>(ids.map((id) => [id, undefined]))
    const gatheringId = this.#nextId++
    await new Promise<void>((done) => {
      this.#gatherings.set(gatheringId, { waitsFor: new Set(ids), answers, done })
      for (const worker of workers)
        if (worker !== undefined) send(worker, { llimit: 'question', id: gatheringId, question })
      void setTimeout(ANSWER_MS, undefined, { ref: false }).then(done)
    })
    this.#gatherings.delete(gatheringId)
    return answers
  }

  #settle(worker: number, id: number, value: unknown): void {
    const gathering = this.#gatherings.get(id)
    if (gathering?.waitsFor.delete(worker) !== true) return
    gathering.answers.set(worker, value)
    if (gathering.waitsFor.size === 0) gathering.done()
  }
}

/** One that ends meanwhile gets nothing. */
function send(worker: Worker, message: object): void {
  if (worker.isConnected()) worker.send(message, () => undefined)
}
