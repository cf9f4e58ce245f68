import { createHash } from 'node:crypto'

/** Some of the items, by a hash of what identifies each: the same in every run, and unlike in any other respect. */
export function sampleOf<T>(items: readonly T[], size: number, identify: (item: T) => string): T[] {
  if (size >= items.length) return [...items]
  return items
    .map((item) => ({ item, order: createHash('sha256').update(identify(item)).digest('hex') }))
    .sort((a, b) => (a.order < b.order ? -1 : 1))
    .slice(0, size)
    .map(({ item }) => item)
}
