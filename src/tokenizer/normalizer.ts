import { contains, NONSPACING_MARKS, WHITESPACE } from './unicodeTables.js'
import { codePointOf, normalizeText } from './words.js'
import type { NormalizerSettings } from './words.js'

/** One step of the normalizer of tokenizer.json. */
export type NormalizerStep =
  | ({ type: 'BertNormalizer' } & NormalizerSettings)
  | { type: 'Lowercase' | 'StripAccents' | 'NFC' | 'NFD' | 'NFKC' | 'NFKD' }
  | { type: 'Strip'; strip_left: boolean; strip_right: boolean }

/** A splitter of words with these leaves the text as it is. */
export const AS_IT_IS: NormalizerSettings = {
  clean_text: false,
  handle_chinese_chars: false,
  strip_accents: false,
  lowercase: false,
}

/** All steps, one after the other. */
export function normalizerOf(steps: readonly NormalizerStep[]): (text: string) => string {
  const functions = steps.map(stepOf)
  return (text) => functions.reduce((result, step) => step(result), text)
}

function stepOf(step: NormalizerStep): (text: string) => string {
  switch (step.type) {
    case 'BertNormalizer':
      return (text) => normalizeText(text, step)
    case 'Lowercase':
      // Character by character: there is no final sigma.
      return (text) => Array.from(text, (character) => character.toLowerCase()).join('')
    case 'StripAccents':
      return (text) => Array.from(text).filter(isNoMark).join('')
    case 'Strip':
      return (text) => strip(text, step)
    default:
      return (text) => text.normalize(step.type)
  }
}

function isNoMark(character: string): boolean {
  return !contains(NONSPACING_MARKS, codePointOf(character))
}

function strip(
  text: string,
  { strip_left, strip_right }: { strip_left: boolean; strip_right: boolean },
): string {
  const characters = Array.from(text)
  const isSpace = (character: string) => contains(WHITESPACE, codePointOf(character))
  const first = strip_left ? characters.findIndex((character) => !isSpace(character)) : 0
  const last = strip_right
    ? characters.findLastIndex((character) => !isSpace(character))
    : characters.length - 1
  return first < 0 || last < 0 ? '' : characters.slice(first, last + 1).join('')
}
