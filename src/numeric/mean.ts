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

/**
 * The mean with its standard error: Infinity for one value.
 * @throws RangeError without values.
 */
export function meanWithError(values: readonly number[]): { mean: number; standardError: number } {
  const middle = mean(values)
  const squares = values.reduce((sum, value) => sum + (value - middle) ** 2, 0)
  const n = values.length
  return { mean: middle, standardError: n > 1 ? Math.sqrt(squares / (n - 1) / n) : Infinity }
}
