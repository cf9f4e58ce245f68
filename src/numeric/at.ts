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
