import { LLimitError, messageOf } from '../errors.js'

/** Failures of an LLM in a row, without an answer between them, after which it is asked no more. */
const MAX_IN_A_ROW = 10

/** Errors after which the next request may work. */
const OF_ONE_REQUEST: readonly string[] = ['ENDPOINT_BUSY', 'ENDPOINT_REJECTED']

interface Failure {
  llm: string
  /** File and line of the prompt. */
  where: string
  message: string
}

/** What did not work, and who is asked no more because of it. */
export class Failures {
  readonly all: Failure[] = []
  readonly #inARow = new Map<string, number>()
  readonly #onDrop: (llm: string, message: string) => void

  /** @param onDrop told when an LLM is asked no more */
  constructor(onDrop: (llm: string, message: string) => void) {
    this.#onDrop = onDrop
  }

  isDropped(llm: string): boolean {
    const inARow = this.#inARow.get(llm)
    return inARow !== undefined && inARow >= MAX_IN_A_ROW
  }

  worked(llm: string): void {
    this.#inARow.delete(llm)
  }

  /** @throws what concerns more than one request. */
  failed(llm: string, where: string, error: unknown): void {
    const isOfOne =
      error instanceof RangeError || (error instanceof LLimitError && OF_ONE_REQUEST.includes(error.code))
    if (!isOfOne) throw error
    this.add({ llm, where, message: messageOf(error) })
  }

  add(failure: Failure): void {
    const { llm, message } = failure
    this.all.push(failure)
    const before = this.#inARow.get(llm)
    const inARow = before === undefined ? 1 : before + 1
    this.#inARow.set(llm, inARow)
    if (inARow === MAX_IN_A_ROW) this.#onDrop(llm, message)
  }
}
