/**
 * How many tokens a text has for the LLMs of today, to a few percent: by the shape of its words. Their tokenizers have a token for
 * nearly every common word with the space before it, for up to three digits, for a run of blanks; the rest are shares of a token,
 * fitted to o200k_base on the training prompts (docs/decisions/0123-estimated-tokens.md). Counting with its 200,000 tokens would
 * take half a second at the start, 60 MB, and ten times as long.
 */

type CharacterClass =
  'blank' | 'line' | 'lower' | 'upper' | 'digit' | 'mark' | 'latin' | 'han' | 'kana' | 'letter' | 'symbol'

/** Of common words; beyond it letters are tokens by threes. */
const LONG_WORD = 12
const PER_LONG_LETTER = 0.3
/** Of abbreviations; beyond it letters are tokens by twos. */
const LONG_CAPITALS = 6
const PER_CAPITAL = 0.5
const ACCENTED_WORD = 0.7
const PER_ACCENTED_LETTER = 0.16
/** And of Hangul. */
const PER_HAN = 0.7
const PER_KANA = 0.7
/** Of Cyrillic, Arabic, Devanagari and the like. */
const OTHER_WORD = 0.6
const PER_OTHER_LETTER = 0.25
/** Blanks with a line break among them. */
const LINES = 0.75
const BLANKS = 1.1
const PER_MARK = 0.2
const PER_SYMBOL = 1.2

const ASCII: readonly CharacterClass[] = Array.from({ length: 128 }, (_, code) => {
  if (code === 10 || code === 13) return 'line'
  if (code <= 32) return 'blank'
  const character = String.fromCharCode(code)
  if (/[a-z]/.test(character)) return 'lower'
  if (/[A-Z]/.test(character)) return 'upper'
  return /\d/.test(character) ? 'digit' : 'mark'
})

/** From the first code unit on, up to the next entry; the last that begins at or below a code unit counts. */
const RANGES: readonly (readonly [from: number, kind: CharacterClass])[] = [
  [0xff66, 'kana'],
  [0xff00, 'symbol'],
  [0xfe00, 'symbol'],
  [0xfb00, 'letter'],
  [0xf900, 'han'],
  // Halves of code points beyond 0xffff, nearly all of them emoji, and private ones.
  [0xd800, 'symbol'],
  [0xac00, 'han'],
  [0xa000, 'letter'],
  [0x3400, 'han'],
  [0x3100, 'letter'],
  [0x3040, 'kana'],
  [0x2c00, 'letter'],
  [0x2000, 'symbol'],
  [0x1e00, 'latin'],
  [0x250, 'letter'],
  [0xc0, 'latin'],
  [0xa1, 'symbol'],
  [0x80, 'blank'],
]

function classOf(code: number): CharacterClass {
  return ASCII[code] ?? RANGES.find(([from]) => code >= from)?.[1] ?? 'symbol'
}

const CAPITALS: readonly CharacterClass[] = ['upper']
const SMALL: readonly CharacterClass[] = ['lower', 'latin']
const DIGITS: readonly CharacterClass[] = ['digit']
const BLANK: readonly CharacterClass[] = ['blank', 'line']
const MARKS: readonly CharacterClass[] = ['mark']
const LETTERS: readonly CharacterClass[] = ['letter']

/** Tokens, not rounded. Those of a text in two parts are one or two more. */
export function estimatedTokens(text: string): number {
  let tokens = 0
  let start = 0
  while (start < text.length) {
    const { end, tokens: own } = nextRun(text, start)
    tokens += own
    start = end
  }
  return tokens
}

interface Run {
  end: number
  tokens: number
}

function nextRun(text: string, start: number): Run {
  switch (classOf(text.charCodeAt(start))) {
    case 'lower':
    case 'upper':
    case 'latin':
      return word(text, start)
    case 'blank':
    case 'line':
      return blanks(text, start)
    case 'digit': {
      const end = endOf(text, start, DIGITS)
      return { end, tokens: Math.ceil((end - start) / 3) }
    }
    case 'mark': {
      const end = endOf(text, start, MARKS)
      return { end, tokens: 1 + PER_MARK * (end - start - 1) }
    }
    case 'letter': {
      const end = endOf(text, start, LETTERS)
      return { end, tokens: OTHER_WORD + PER_OTHER_LETTER * (end - start) }
    }
    case 'han':
      return { end: start + 1, tokens: PER_HAN }
    case 'kana':
      return { end: start + 1, tokens: PER_KANA }
    case 'symbol': {
      const isPair = text.codePointAt(start) !== text.charCodeAt(start)
      return { end: start + (isPair ? 2 : 1), tokens: PER_SYMBOL }
    }
  }
}

/** Where a run of characters of some classes ends. */
function endOf(text: string, start: number, classes: readonly CharacterClass[]): number {
  let end = start
  while (end < text.length && classes.includes(classOf(text.charCodeAt(end)))) end++
  return end
}

/** Capitals and the small letters that follow, such as `Word`, `HTTPServer` or `NASA`. */
function word(text: string, start: number): Run {
  const small = endOf(text, start, CAPITALS)
  const end = endOf(text, small, SMALL)
  const letters = end - start
  const isAscii = /^[A-Za-z]*$/.test(text.slice(start, end))
  if (!isAscii) return { end, tokens: ACCENTED_WORD + PER_ACCENTED_LETTER * letters }
  if (small === end) return { end, tokens: 1 + PER_CAPITAL * Math.max(0, letters - LONG_CAPITALS) }
  return { end, tokens: 1 + PER_LONG_LETTER * Math.max(0, letters - LONG_WORD) }
}

/** A single one belongs to the word that follows, but not to a number. */
function blanks(text: string, start: number): Run {
  const end = endOf(text, start, BLANK)
  if (/[\r\n]/.test(text.slice(start, end))) return { end, tokens: LINES }
  const isSingle = end === start + 1
  const isApart = end === text.length ? isSingle : classOf(text.charCodeAt(end)) === 'digit'
  return { end, tokens: (isSingle ? 0 : BLANKS) + (isApart ? 1 : 0) }
}
