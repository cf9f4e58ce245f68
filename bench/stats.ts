/**
 * The value below which `fraction` of the values lie: the nearest rank, so it is always one of the values.
 * @throws RangeError for no values, or a fraction outside (0, 1].
 */
export function percentile(values: ArrayLike<number>, fraction: number): number {
  if (!(fraction > 0 && fraction <= 1))
    throw new RangeError(`a fraction must be in (0, 1]; it is ${fraction}`)
  const sorted = Float64Array.from(values).sort()
  const value = sorted[Math.ceil(fraction * sorted.length) - 1]
  if (value === undefined) throw new RangeError('no values have no percentile')
  return value
}

/** The middle value, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const middle = values.length / 2
  const sorted = values.toSorted((a, b) => a - b)
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]]
  if (low === undefined || high === undefined) throw new RangeError('no values have no median')
  return (low + high) / 2
}
