import { at } from '../numeric/at.js'
import { mean } from '../numeric/mean.js'
import { NO_VALUE } from './scoredOutcomes.js'
import type { Floats } from './scoredOutcomes.js'

/**
 * Spearman's rank correlation: that of the ranks, equal values sharing the mean of theirs.
 * @returns NO_VALUE if one of the two is constant, or there are fewer than two values.
 */
export function spearman(a: Floats, b: Floats): number {
  if (a.length < 2) return NO_VALUE
  const [x, y] = [ranksOf(a), ranksOf(b)]
  const middle = mean(x)
  const product = (p: Float64Array, q: Float64Array) =>
    p.reduce((sum, value, i) => sum + (value - middle) * (at(q, i) - middle), 0)
  return product(x, y) / Math.sqrt(product(x, x) * product(y, y))
}

/** From 0 on. */
function ranksOf(values: Floats): Float64Array {
  const order = Array.from(values.keys()).sort((i, j) => at(values, i) - at(values, j))
  const ranks = new Float64Array(values.length)
  for (let from = 0; from < order.length;) {
    let to = from + 1
    while (to < order.length && at(values, at(order, to)) === at(values, at(order, from))) to++
    for (let place = from; place < to; place++) ranks[at(order, place)] = (from + to - 1) / 2
    from = to
  }
  return ranks
}
