import { at } from './at.js'

/**
 * A quantile of numbers in ascending order, linear between two neighbors (type 7 of Hyndman and Fan, 1996).
 * @param fraction in [0, 1]
 * @throws RangeError without numbers.
 */
export function quantile(sorted: ArrayLike<number>, fraction: number): number {
  const place = fraction * (sorted.length - 1)
  const below = at(sorted, Math.floor(place))
  const above = at(sorted, Math.ceil(place))
  return below + (above - below) * (place - Math.floor(place))
}
