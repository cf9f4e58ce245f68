/** A longer text, in UTF-16 units, is read part by part: that of a shorter one takes a millisecond or two. */
export const LONG_TEXT = 4096

const BLANK = /[ \n]/g

/**
 * Cuts a long text into parts of about `LONG_TEXT`, each after a space or the end of a line, where a word has ended and nothing
 * that a normalizer joins goes on. A part is longer where there is none.
 */
export function* partsOf(text: string): Generator<string> {
  let from = 0
  while (text.length - from > LONG_TEXT) {
    BLANK.lastIndex = from + LONG_TEXT
    const blank = BLANK.exec(text)
    if (blank === null) break
    yield text.slice(from, blank.index + 1)
    from = blank.index + 1
  }
  if (from < text.length) yield text.slice(from)
}
