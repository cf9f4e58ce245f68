/** How often each value occurs, in the order of their first occurrence. */
export function tally<T>(values: Iterable<T>): Map<T, number> {
  const counts = new Map<T, number>()
  for (const value of values) {
    const count = counts.get(value)
    counts.set(value, count === undefined ? 1 : count + 1)
  }
  return counts
}
