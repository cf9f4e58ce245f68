/**
 * What Python, in which LLimit v1 computes its features, calls a character, white space, a word or a digit. JavaScript
 * means something else by each of them.
 */

/** White space of Python, first and last of each run: unlike `\s` with U+001C-001F and U+0085, without U+FEFF. */
export const WHITESPACE_RUNS: readonly (readonly [number, number])[] = [
  [0x9, 0xd],
  [0x1c, 0x20],
  [0x85, 0x85],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
]
const escaped = (unit: number) => `\\u${unit.toString(16).padStart(4, '0')}`
/** For a character class. */
const WHITESPACE = WHITESPACE_RUNS.map(([first, last]) => `${escaped(first)}-${escaped(last)}`).join('')

/**
 * Zero of each run of ten decimal digits (category Nd) in Unicode 15.1, which LLimit v1 has. `\p{Nd}` would follow
 * the Unicode version of the JavaScript engine.
 */
const ZEROS = [
  0x30, 0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50,
  0xed0, 0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40,
  0x1c50, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10, 0x104a0, 0x10d30, 0x11066, 0x110f0,
  0x11136, 0x111d0, 0x112f0, 0x11450, 0x114d0, 0x11650, 0x116c0, 0x11730, 0x118e0, 0x11950, 0x11c50, 0x11d50,
  0x11da0, 0x11f50, 0x16a60, 0x16ac0, 0x16b50, 0x1d7ce, 0x1d7d8, 0x1d7e2, 0x1d7ec, 0x1d7f6, 0x1e140, 0x1e2f0,
  0x1e4f0, 0x1e950, 0x1fbf0,
]

const digitRanges = ZEROS.map((zero) => `\\u{${zero.toString(16)}}-\\u{${(zero + 9).toString(16)}}`)

/** Source of a pattern, with the `u` flag, for one decimal digit of any script. */
export const DIGIT = `[${digitRanges.join('')}]`

const NON_WHITESPACE = new RegExp(`[^${WHITESPACE}]`)
const WORDS = new RegExp(`[^${WHITESPACE}]+`, 'g')
const QUESTION_AT_END = new RegExp(`\\?[${WHITESPACE}]*$`)
const SURROGATE_PAIRS = /[\ud800-\udbff][\udc00-\udfff]/g
/** From the start: the V8 of Node 26 does not find a letter of two UTF-16 units by a class that `$` follows. */
const BEGINS_WITH_LETTER = /^[\p{L}\p{N}_]/u

/** Length in code points. */
export function codePointLength(text: string): number {
  return text.length - countMatches(text, SURROGATE_PAIRS)
}

/** Matches of a pattern that has the `g` flag. */
export function countMatches(text: string, pattern: RegExp): number {
  const matches = text.match(pattern)
  return matches === null ? 0 : matches.length
}

/** The runs of characters between white space. */
export function splitWords(text: string): string[] {
  return text.match(WORDS) ?? []
}

/** Pieces between runs of `.`, `!` and `?` that are not blank. */
export function countSentences(text: string): number {
  return text.split(/[.!?]+/).filter((piece) => NON_WHITESPACE.test(piece)).length
}

/** Whether the last character, white space aside, is a question mark. */
export function isQuestion(text: string): boolean {
  return QUESTION_AT_END.test(text)
}

/**
 * How often a word occurs between characters that are not letters, numbers or `_`. Combining marks are not letters here:
 * `and` with an accent on its last letter counts.
 */
export function countWholeWord(text: string, word: string): number {
  let count = 0
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
    const end = at + word.length
    // Two UTF-16 units hold any neighbor.
    const before = lastCharacter(text.slice(Math.max(0, at - 2), at))
    const after = text.slice(end, end + 2)
    if (!BEGINS_WITH_LETTER.test(before) && !BEGINS_WITH_LETTER.test(after)) count += 1
  }
  return count
}

/** One code point; empty if the text is. */
function lastCharacter(text: string): string {
  const isPair = /[\ud800-\udbff][\udc00-\udfff]$/.test(text)
  return text.slice(isPair ? -2 : -1)
}
