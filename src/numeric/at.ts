/**
 * The element at an index, for code in which a wrong index is a bug of ours: it must not read as a number.
 * @throws RangeError outside the bounds of the array.
 */
export function at<T>(array: ArrayLike<T>, index: number): T {
  const value = array[index]
  if (value === undefined || index < 0) {
    throw new RangeError(`expected an index from 0 to ${array.length - 1}, got ${index}`)
  }
  return value
}

/**
 * The value of a key, for code in which a missing key is a bug of ours.
 * @throws RangeError if the map does not have the key.
 */
export function valueAt<K, V>(map: ReadonlyMap<K, V>, key: K): V {
  const value = map.get(key)
  if (value === undefined) throw new RangeError(`expected one of ${map.size} keys, got ${String(key)}`)
  return value
}
