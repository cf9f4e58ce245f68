import { setImmediate } from 'node:timers/promises'

export interface Item {
  id: string
  cost: number
}

export interface Batch {
  items: Item[]
  /** One result per item, unless the test gives others. */
  finish: (results?: string[]) => Promise<void>
  fail: (error: Error) => Promise<void>
}

export const resultOf = ({ id }: Item) => `result of ${id}`

/** An engine whose batches last until the test ends them. */
export class HandEngine {
  /** Every batch that was ever started. */
  readonly started: Batch[] = []
  readonly running: Batch[] = []

  readonly run = (items: Item[]): Promise<string[]> =>
    new Promise((resolve, reject) => {
      const end = (settle: () => void) => {
        this.running.splice(this.running.indexOf(batch), 1)
        settle()
        // The batcher has seen the end, and everybody who waited for it.
        return setImmediate()
      }
      const batch: Batch = {
        items,
        finish: (results = items.map(resultOf)) => end(() => resolve(results)),
        fail: (error) => end(() => reject(error)),
      }
      this.started.push(batch)
      this.running.push(batch)
    })

  /** The ids of a batch that was started. */
  ids(batch: number): string[] {
    return this.started[batch]?.items.map(({ id }) => id) ?? []
  }

  /** Ends the batch that has run for the longest time. */
  async finish(results?: string[]): Promise<void> {
    const [batch] = this.running
    if (batch === undefined) throw new Error('no batch runs')
    await batch.finish(results)
  }

  async finishAll(): Promise<void> {
    while (this.running.length > 0) await this.finish()
  }
}
