/** No request counts for more than this share of the bound, so that only a queue of many rejects another one. */
const MAX_SHARE = 1 / 8

/**
 * How much of what is queued is in front of a newcomer: of each other request no more than the newcomer brings itself, since
 * who has less goes first. A single prompt is thus in front of a request of thousands, and waits for other prompts only.
 * @param queued tokens of each request that waits
 * @param cost tokens of the newcomer
 * @param bound of all that may be in front
 */
export function workInFront(queued: readonly number[], cost: number, bound: number): number {
  const most = Math.min(cost, Math.max(1, Math.floor(bound * MAX_SHARE)))
  return queued.reduce((sum, tokens) => sum + Math.min(tokens, most), 0)
}

/**
 * Tokens that have to be computed until the work in front of the newcomer is within the bound: the requests with the least
 * work left end first.
 */
export function workUntilRoom(queued: readonly number[], cost: number, bound: number): number {
  const most = Math.min(cost, Math.max(1, Math.floor(bound * MAX_SHARE)))
  let over = workInFront(queued, cost, bound) - bound
  let work = 0
  for (const tokens of [...queued].sort((a, b) => a - b)) {
    if (over <= 0) break
    const counted = Math.min(tokens, most)
    // All of a request that counts for less than it has, or for more than is needed, up to there.
    work += tokens - counted + Math.min(counted, over)
    over -= counted
  }
  return work
}
