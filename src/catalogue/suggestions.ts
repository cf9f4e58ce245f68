import { distance } from 'fastest-levenshtein'

import { parseName } from './parsedName.js'
import type { KnownName } from './parsedName.js'

const MAX_SUGGESTIONS = 3

/** The distance takes time in proportion to the length of the name; no LLM has a longer one. */
const MAX_COMPARED_LENGTH = 80

/** Edits per letter up to which names that share no word are taken for a slip of the pen. */
const MAX_EDITS = 0.25

/** Edits per letter of a name without its date up to which that name was meant: `gpt-40` is gpt-4o, `gpt-6` is not gpt-4. */
const MAX_SLIP = 1 / 6

/**
 * Names that may have been meant, the likeliest first: those that share most words with the name, family and version before all,
 * or look nearly the same.
 * @param resolved what the name would be resolved to; it comes first
 */
export function suggestionsFor(
  asked: string,
  known: readonly KnownName[],
  resolved: string | undefined,
): string[] {
  const short = typed(asked.slice(0, MAX_COMPARED_LENGTH)).toLowerCase()
  const words = new Set(parseName(short).words)
  const scored = known.map((candidate) => {
    const shared = candidate.words.filter((word) => words.has(word))
    const all = words.size + candidate.words.length - shared.length
    return {
      name: candidate.name,
      isResolved: candidate.name === resolved,
      // A number alone, or a size, is no resemblance.
      overlap: shared.some(isNoun) ? shared.length / all : 0,
      edits: distance(short, candidate.name.toLowerCase()),
      isSlip: distance(short, candidate.undated) <= MAX_SLIP * candidate.undated.length,
    }
  })
  return scored
    .filter(
      ({ isResolved, isSlip, overlap, edits }) =>
        isResolved || isSlip || overlap > 0 || edits <= MAX_EDITS * short.length,
    )
    .sort(
      (a, b) =>
        Number(b.isResolved) - Number(a.isResolved) ||
        Number(b.isSlip) - Number(a.isSlip) ||
        b.overlap - a.overlap ||
        a.edits - b.edits,
    )
    .slice(0, MAX_SUGGESTIONS)
    .map(({ name }) => name)
}

/** Letters of Greek and Cyrillic that look like those of Latin, each with the one below it. */
const LOOKALIKES = 'аеорсухіјѕԁһκνορτ'
const LATIN = 'aeopcyxijsdhkvopt'

/** As a keyboard writes it: texts and web pages have other dashes, letters of other widths and marks that nobody sees. */
function typed(name: string): string {
  return Array.from(name.normalize('NFKC').replace(/\p{Cf}/gu, ''))
    .map((letter) => LATIN[LOOKALIKES.indexOf(letter)] ?? letter)
    .join('')
    .replace(/\p{Pd}/gu, '-')
    .slice(0, MAX_COMPARED_LENGTH)
}

/** Words that many families have. */
const COMMON =
  /^(?:mini|small|medium|large|pro|plus|max|flash|lite|fast|turbo|thinking|instruct|coder|code|chat|reasoning|next)$/

/** Whether two LLMs that share the word are likely to be of one family. */
function isNoun(word: string): boolean {
  return /^(?:[a-z]{2,}|o\d)$/.test(word) && !COMMON.test(word)
}
