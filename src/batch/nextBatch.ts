import { at } from '../numeric/at.js'
import type { QueuedItem, Submission } from './submission.js'

/** A long submission that is the oldest is left out of so many batches in a row at most. */
const MAX_LEFT_OUT = 3

/** What the batches before say of the next one. */
export interface SchedulingState {
  /** Batches in a row that the oldest submission was left out of. */
  leftOut: number
  /** No other submission waits, and none came in the last second while another one waited or ran. */
  isSoleRequest: boolean
}

/**
 * Takes the next batch out of the queues: at most `budget` tokens, or one item that is longer than that.
 *
 * A submission with no more work than half of the budget is short. The short ones come in their `turn`, small and old ones
 * first, up to the first without room; long ones are left out as long as there are short ones. If there are only long
 * ones and none is the sole request, the batch ends at half of the budget. So whoever comes next waits for the batch in
 * progress and for its own, and both are short. The oldest, when it has been left out, has the first half of a batch: at once
 * if it is short itself or all short ones fit into the other half, else after `MAX_LEFT_OUT` batches. What the short ones
 * leave of such a batch goes to long ones, those with the least work first. It follows that
 * - a submission is in the very next batch, whole, if it and all whose turn is before fit into half of the budget: one prompt
 *   does not wait for the requests of a thousand prompts that came before;
 * - long submissions have what the short ones leave of an engine, and an eighth of it at least: half of every fourth batch,
 *   which is that of the oldest one; when it is done another one is the oldest, so none is starved. One of 20 prompts does not
 *   wait for those of a thousand either;
 * - short submissions of about the same size come in the order of arrival: none waits for many that came later because they
 *   are a little shorter, or because a batch has room for them that it does not have for this one.
 * Each submission gives its shortest items first: neighbors in a batch then have similar lengths.
 *
 * @param waiting each with an item queued, oldest first; not empty.
 */
export function takeNextBatch<Item, Result>(
  waiting: readonly Submission<Item, Result>[],
  budget: number,
  { leftOut, isSoleRequest }: SchedulingState,
): QueuedItem<Item, Result>[] {
  const half = budget / 2
  const oldest = at(waiting, 0)
  const short = waiting.filter(({ queuedTokens }) => queuedTokens <= half).sort((a, b) => a.turn - b.turn)
  const long = waiting
    .filter(({ queuedTokens }) => queuedTokens > half)
    .sort((a, b) => a.queuedTokens - b.queuedTokens)
  const shortTokens = short.reduce((sum, { queuedTokens }) => sum + queuedTokens, 0)
  const isTurnOfOldest =
    leftOut > 0 && (oldest.queuedTokens <= half || shortTokens <= half || leftOut >= MAX_LEFT_OUT)

  const batch = new Batch<Item, Result>()
  if (isTurnOfOldest) {
    // Whatever the length of its first item: it has waited already.
    batch.takeOne(oldest, Infinity)
    batch.takeAll([oldest], half)
    batch.takeTurns(short, budget)
    batch.takeAll(long, budget)
  } else if (isSoleRequest) batch.takeAll(waiting, budget)
  else if (short.length > 0) batch.takeTurns(short, budget)
  else batch.takeAll(long, half)
  if (batch.items.length === 0) batch.takeOne(oldest, Infinity)
  return batch.items.sort((a, b) => a.cost - b.cost)
}

/** What has been taken so far. */
class Batch<Item, Result> {
  readonly items: QueuedItem<Item, Result>[] = []
  #tokens = 0

  /** @returns whether a submission had an item that fits into `limit` with those before. */
  takeOne(submission: Submission<Item, Result>, limit: number): boolean {
    const { next } = submission
    if (next === undefined || this.#tokens + next.cost > limit) return false
    submission.take(next)
    this.items.push(next)
    this.#tokens += next.cost
    return true
  }

  /** Up to the first submission for which, or for a part of which, there is no room: none of those behind overtakes it. */
  takeTurns(submissions: readonly Submission<Item, Result>[], limit: number): void {
    for (const submission of submissions) {
      this.takeAll([submission], limit)
      if (submission.next !== undefined) return
    }
  }

  takeAll(submissions: readonly Submission<Item, Result>[], limit: number): void {
    for (const submission of submissions) while (this.takeOne(submission, limit));
  }
}
