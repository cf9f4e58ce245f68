/** [length] the UTF-16 units of a text: a loop over them takes a third of the time of one over the text. */
export function unitsOf(text: string): Uint16Array {
  const bytes = Buffer.allocUnsafeSlow(2 * text.length)
  bytes.write(text, 'utf16le')
  return new Uint16Array(bytes.buffer, bytes.byteOffset, text.length)
}

/**
 * For the hash of a word: the hash of the units before, times this, plus the next one. Odd, and drawn, so that nobody can write
 * words that all have one hash.
 */
export const HASH_FACTOR = Math.floor(Math.random() * 2 ** 31) * 2 + 1

/** A hash of which the last bits depend on all of the others. */
export function mixed(hash: number): number {
  return hash ^ (hash >>> 15)
}

/** Whether so many units are the same in `a` from `startOfA` and in `b` from `startOfB`. */
export function isSameRun(
  a: Uint16Array,
  startOfA: number,
  b: Uint16Array,
  startOfB: number,
  length: number,
): boolean {
  for (let i = 0; i < length; i++) if (a[startOfA + i] !== b[startOfB + i]) return false
  return true
}
