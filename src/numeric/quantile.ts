import { at } from './at.js'

/**
 * A quantile of numbers in ascending order, linear between two neighbors (type 7 of Hyndman and Fan, 1996).
 * @param fraction in [0, 1]
 * @throws RangeError without numbers, or for a fraction outside [0, 1].
 */
export function quantile(sorted: ArrayLike<number>, fraction: number): number {
  const position = fraction * (sorted.length - 1)
  const below = at(sorted, Math.floor(position))
  const above = at(sorted, Math.ceil(position))
  return below + (above - below) * (position - Math.floor(position))
}

/**
 * The same of numbers in any order, which stay as they are.
 * @throws RangeError as `quantile` does.
 */
export function quantileOf(values: Iterable<number>, fraction: number): number {
  return quantile(Float64Array.from(values).sort(), fraction)
}
