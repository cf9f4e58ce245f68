import type { QueuedItem, Submission } from './submission.js'

/**
 * Takes the next batch out of the queues: at most `budget` tokens, or one item that is longer than that.
 *
 * Half of the budget goes to the submissions with the least work left, the rest to the oldest; what the first do not need
 * is the oldest's as well. So
 * - a submission is in the very next batch, whole, if it and all smaller ones fit into half of the budget: one prompt waits
 *   for the batch in progress and for its own, however much longer requests have queued;
 * - the oldest gets half of every batch at least, so a stream of short requests makes it no more than twice as slow; when
 *   it is done another one is the oldest, so everybody's turn comes;
 * - batches are full as long as there is work.
 * Each submission gives its shortest items first: neighbours in a batch then have similar lengths.
 *
 * An item longer than half of the budget may not fit beside the short ones. The caller then sets `oldestFirst` for the
 * batch after, so that such an item has to wait once, and the short ones once for it.
 *
 * @param waiting each with an item queued, oldest first; not empty.
 */
export function takeNextBatch<Item, Result>(
  waiting: readonly Submission<Item, Result>[],
  budget: number,
  oldestFirst: boolean,
): QueuedItem<Item, Result>[] {
  const batch: QueuedItem<Item, Result>[] = []
  const [oldest] = waiting
  let tokens = 0
  const takeOne = (submission: Submission<Item, Result> | undefined, limit: number): boolean => {
    const next = submission?.next
    if (next === undefined || tokens + next.cost > limit) return false
    next.submission.take()
    batch.push(next)
    tokens += next.cost
    return true
  }

  if (oldestFirst) takeOne(oldest, Infinity)
  const smallestFirst = [...waiting].sort((a, b) => a.queuedTokens - b.queuedTokens)
  for (const submission of smallestFirst) while (takeOne(submission, budget / 2));
  for (const submission of waiting) while (takeOne(submission, budget));
  if (batch.length === 0) takeOne(oldest, Infinity)
  return batch.sort((a, b) => a.cost - b.cost)
}
