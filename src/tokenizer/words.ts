/* eslint-disable @typescript-eslint/non-nullable-type-assertion-style --
   Plain indexing for each character of a prompt; every index is below a length by construction. */
import { HASH_FACTOR, mixed, unitsOf } from '../numeric/utf16.js'
import { DELETED, IDEOGRAPHS, NONSPACING_MARKS, PUNCTUATION, WHITESPACE, contains } from './unicodeTables.js'

/** About a millisecond. */
const CHARACTERS_PER_STEP = 4096

export interface WordSplitter {
  /** Text -> its normalized words, as `WordCursor` finds them. */
  split(text: string): WordCursor
  /** The same in steps, for a text that is long and has no space to cut it at. */
  splitInSteps(text: string): Generator<void, WordCursor>
}

/** The settings of a BertNormalizer, by their names in tokenizer.json. */
export interface NormalizerSettings {
  clean_text: boolean
  handle_chinese_chars: boolean
  /** null: as `lowercase` says. */
  strip_accents: boolean | null
  lowercase: boolean
}

/** All that is not printable ASCII, of which each character is a letter, a digit, punctuation or a space, and none decomposes. */
const OTHERS = /[^ -~]+/g

const [SPACE, PUNCTUATION_OF_ASCII, LETTER] = [0, 1, 2]

/** [2^16] what each UTF-16 unit is: other white space and punctuation has spaces around it by then. */
const KINDS = new Uint8Array(2 ** 16).fill(LETTER)
for (let unit = 0x21; unit < 0x7f; unit++) {
  if (!/[0-9A-Za-z]/.test(String.fromCharCode(unit))) KINDS[unit] = PUNCTUATION_OF_ASCII
}
KINDS[0x20] = SPACE

/** Goes from word to word: what is between spaces, and each punctuation character of ASCII by itself. */
export class WordCursor {
  readonly text: string
  /** UTF-16 units of the text. */
  readonly units: Uint16Array
  /** Of the word: where it begins, where it has ended, and a hash of its units. */
  start = 0
  end = 0
  hash = 0

  constructor(text: string) {
    this.text = text
    this.units = unitsOf(text)
  }

  /** Goes on to the next word, if there is one. */
  next(): boolean {
    const { units } = this
    let i = this.end
    while (i < units.length && KINDS[units[i] as number] === SPACE) i++
    this.start = i
    this.end = i
    if (i === units.length) return false
    let hash = units[i] as number
    const isWord = KINDS[hash] === LETTER
    for (i++; isWord && i < units.length; i++) {
      const unit = units[i] as number
      if (KINDS[unit] !== LETTER) break
      hash = Math.imul(hash, HASH_FACTOR) + unit
    }
    this.end = i
    this.hash = mixed(hash)
    return true
  }
}

/**
 * The BertNormalizer and BertPreTokenizer of tokenizer.json in one: cuts a text into its normalized words, each punctuation
 * character and each Chinese character a word of its own. Takes time linear in the length of the text.
 *
 * Both work on one code point at a time, without regard to its neighbors: there is no final sigma, and the order of
 * combining marks does not matter, since a mark that is kept is in no vocabulary and makes its word unknown anyway.
 */
export function createWordSplitter(settings: NormalizerSettings): WordSplitter {
  // Only the basic plane is remembered, so that no text can make the memory grow without end.
  const remembered = new Array<string | undefined>(0x10000)

  const normalize = (character: string) =>
    character.length === 1
      ? (remembered[character.charCodeAt(0)] ??= normalizeCharacter(character, settings))
      : normalizeCharacter(character, settings)
  const normalizeAll = (run: string) => {
    let spaced = ''
    for (const character of run) spaced += normalize(character)
    return spaced
  }
  const wordsIn = (spaced: string) => new WordCursor(settings.lowercase ? spaced.toLowerCase() : spaced)

  return {
    split: (text) => wordsIn(text.replace(OTHERS, normalizeAll)),
    *splitInSteps(text) {
      let spaced = ''
      for (const part of characterRuns(text, CHARACTERS_PER_STEP)) {
        spaced += part.replace(OTHERS, normalizeAll)
        yield
      }
      return wordsIn(spaced)
    },
  }
}

const FIRST_OF_PAIR = /[\ud800-\udbff]/

/** Runs of about so many UTF-16 units, none of which ends inside a character. */
function* characterRuns(text: string, units: number): Generator<string> {
  let from = 0
  while (from < text.length) {
    let end = from + units
    if (FIRST_OF_PAIR.test(text.charAt(end - 1))) end++
    yield text.slice(from, end)
    from = end
  }
}

/** The BertNormalizer alone. */
export function normalizeText(text: string, settings: NormalizerSettings): string {
  let normalized = ''
  for (const character of text) normalized += normalizeCharacter(character, settings, false)
  return normalized
}

/**
 * What becomes of one character: nothing, a space, or text with spaces where a word begins or ends.
 * @param splits whether punctuation is a word of its own
 */
function normalizeCharacter(character: string, settings: NormalizerSettings, splits = true): string {
  const codePoint = codePointOf(character)
  if (settings.clean_text && contains(DELETED, codePoint)) return ''
  if (contains(WHITESPACE, codePoint)) return splits || settings.clean_text ? ' ' : character

  const stripsAccents = settings.strip_accents ?? settings.lowercase
  let normalized = ''
  for (const part of stripsAccents ? character.normalize('NFD') : character) {
    const partCodePoint = codePointOf(part)
    if (stripsAccents && contains(NONSPACING_MARKS, partCodePoint)) continue
    const cased = settings.lowercase ? part.toLowerCase() : part
    normalized += splits && contains(PUNCTUATION, partCodePoint) ? ` ${cased} ` : cased
  }
  return settings.handle_chinese_chars && contains(IDEOGRAPHS, codePoint) ? ` ${normalized} ` : normalized
}

/** @param character of one code point or more */
export function codePointOf(character: string): number {
  const codePoint = character.codePointAt(0)
  if (codePoint === undefined) throw new RangeError('expected a character, got an empty string')
  return codePoint
}
