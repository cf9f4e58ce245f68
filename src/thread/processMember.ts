import { isProcessMessage } from './processMessages.js'
import type { ProcessMessage, Question } from './processMessages.js'

type Handlers = Record<Question, () => Promise<unknown>>

/** In one of several processes: answers what the first asks, and asks all through it. */
export class ProcessMember {
  readonly #waiting = new Map<number, (value: unknown) => void>()
  readonly #handlers: Handlers
  #nextId = 0

  constructor(handlers: Handlers) {
    this.#handlers = handlers
    process.on('message', (message: unknown) => {
      if (!isProcessMessage(message)) return
      if (message.llimit === 'question') void this.#answer(message.id, message.question)
      if (message.llimit === 'result') this.#resolve(message.id, message.value)
    })
  }

  /** What the first process makes of the answers of all. */
  askAll(question: Question): Promise<unknown> {
    const id = this.#nextId++
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve)
      send({ llimit: 'ask', id, question })
    })
  }

  async #answer(id: number, question: Question): Promise<void> {
    const value = await this.#handlers[question]()
    send({ llimit: 'answer', id, value })
  }

  #resolve(id: number, value: unknown): void {
    this.#waiting.get(id)?.(value)
    this.#waiting.delete(id)
  }
}

function send(message: ProcessMessage): void {
  process.send?.(message, undefined, undefined, () => undefined)
}
