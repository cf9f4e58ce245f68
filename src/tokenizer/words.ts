import { DELETED, IDEOGRAPHS, NONSPACING_MARKS, PUNCTUATION, WHITESPACE, contains } from './unicodeTables.js'

/** About a millisecond. */
const CHARACTERS_PER_STEP = 4096

export interface WordSplitter {
  /** Text -> its normalized words. */
  split(text: string): string[]
  /** The same in steps, for a text that is long and has no space to cut it at. */
  splitInSteps(text: string): Generator<void, string[]>
}

/** The settings of a BertNormalizer, by their names in tokenizer.json. */
export interface NormalizerSettings {
  clean_text: boolean
  handle_chinese_chars: boolean
  /** null: as `lowercase` says. */
  strip_accents: boolean | null
  lowercase: boolean
}

/** Text in which every character is a letter, a digit, punctuation or white space, and none decomposes. */
const PRINTABLE_ASCII = /^[\t\n\r -~]*$/

/** Its words, in a third of the time. All that is printable and neither letter nor digit is punctuation. */
const ASCII_WORDS = /[A-Za-z0-9]+|[!-~]/g

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
  const asciiWords = (text: string) =>
    (settings.lowercase ? text.toLowerCase() : text).match(ASCII_WORDS) ?? []

  return {
    split(text) {
      if (PRINTABLE_ASCII.test(text)) return asciiWords(text)
      let spaced = ''
      for (const character of text) spaced += normalize(character)
      return wordsIn(spaced)
    },
    *splitInSteps(text) {
      if (PRINTABLE_ASCII.test(text)) return asciiWords(text)
      let spaced = ''
      let read = 0
      for (const character of text) {
        spaced += normalize(character)
        if (++read % CHARACTERS_PER_STEP === 0) yield
      }
      yield
      return wordsIn(spaced)
    },
  }
}

function wordsIn(spaced: string): string[] {
  return spaced.match(/[^ ]+/g) ?? []
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
