/**
 * The arithmetic mean, summed in float64 in the order of the values.
 * @throws RangeError without values.
 */
export function mean(values: ArrayLike<number> & Iterable<number>): number {
  if (values.length === 0) throw new RangeError('expected values for a mean, got none')
  let sum = 0
  for (const value of values) sum += value
  return sum / values.length
}
