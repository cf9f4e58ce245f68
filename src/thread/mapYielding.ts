import { Turns } from './turns.js'

/** A result that may take longer than a turn: its generator yields wherever the event loop may look at others. */
export class Steps<R> {
  readonly #steps: Generator<void, R>

  constructor(steps: Generator<void, R>) {
    this.#steps = steps
  }

  /** One more step; undefined if there are more to come. */
  next(): { result: R } | undefined {
    const { done, value } = this.#steps.next()
    return done === true ? { result: value } : undefined
  }
}

/**
 * `items.map(transform)`, yielding to the event loop every few milliseconds, so that a request of a thousand prompts does
 * not keep /health and short requests waiting while it is tokenized. What takes long by itself is given as `Steps`.
 * @param signal looked at whenever it yields.
 */
export async function mapYielding<T, R>(
  items: readonly T[],
  transform: (item: T, index: number) => R | Steps<R>,
  signal?: AbortSignal,
): Promise<R[]> {
  const results: R[] = []
  const turns = new Turns(signal)
  for (const [index, item] of items.entries()) {
    if (turns.isOver) await turns.next()
    let found = transform(item, index)
    while (found instanceof Steps) {
      const ended = found.next()
      if (ended !== undefined) found = ended.result
      else if (turns.isOver) await turns.next()
    }
    results.push(found)
  }
  return results
}
