import { at } from '../numeric/at.js'
import type { QueuedItem, Submission } from './submission.js'

/** What the batches before say of the next one. */
export interface SchedulingState {
  /** The oldest submission was left out of the previous batch. */
  oldestFirst: boolean
  /** No other submission waits, and none came in the last second while another one waited or ran. */
  isSoleRequest: boolean
}

/**
 * Takes the next batch out of the queues: at most `budget` tokens, or one item that is longer than that.
 *
 * The submissions come in their `turn`, small and old ones first, up to half of the budget. If another submission has more
 * work than that and is not the sole request, the batch ends there, and long submissions are left out as long as there are
 * short ones. So whoever comes next waits for the batch in progress and for its own, and both are short. Otherwise the rest of
 * the budget is filled in the order of arrival. It follows that
 * - a submission is in the very next batch, whole, if it and all whose turn is before fit into half of the budget: one prompt
 *   does not wait for the requests of a thousand prompts that came before;
 * - short submissions of about the same size come in the order of arrival: none waits for many that came later because they
 *   are a little shorter, which would make the slowest of them half as slow again;
 * - the oldest, when a batch has left it out, has the first half of the next one (`oldestFirst`), so a stream of short
 *   requests makes it three times as slow at most; when it is done another one is the oldest, so none is starved.
 * Each submission gives its shortest items first: neighbors in a batch then have similar lengths.
 *
 * @param waiting each with an item queued, oldest first; not empty.
 */
export function takeNextBatch<Item, Result>(
  waiting: readonly Submission<Item, Result>[],
  budget: number,
  { oldestFirst, isSoleRequest }: SchedulingState,
): QueuedItem<Item, Result>[] {
  const batch: QueuedItem<Item, Result>[] = []
  const oldest = at(waiting, 0)
  let tokens = 0
  const takeOne = (submission: Submission<Item, Result>, limit: number): boolean => {
    const { next } = submission
    if (next === undefined || tokens + next.cost > limit) return false
    submission.take(next)
    batch.push(next)
    tokens += next.cost
    return true
  }

  const half = budget / 2
  const short = waiting.filter(({ queuedTokens }) => queuedTokens <= half)
  const inTurn = [...waiting].sort((a, b) => a.turn - b.turn)
  if (oldestFirst) {
    // Whatever the length of its first item: it has waited already.
    takeOne(oldest, Infinity)
    while (takeOne(oldest, half));
  }
  const takeAll = (from: readonly Submission<Item, Result>[], limit: number) => {
    for (const submission of from) while (takeOne(submission, limit));
  }
  if (oldestFirst || isSoleRequest || short.length === waiting.length) {
    takeAll(inTurn, oldestFirst ? budget : half)
    takeAll(waiting, budget)
  } else takeAll(short.length > 0 ? inTurn.filter(({ queuedTokens }) => queuedTokens <= half) : inTurn, half)
  if (batch.length === 0) takeOne(oldest, Infinity)
  return batch.sort((a, b) => a.cost - b.cost)
}
