import { distance } from 'fastest-levenshtein'

import { parseName } from './parsedName.js'
import type { KnownName } from './parsedName.js'

const MAX_SUGGESTIONS = 3

/** The distance takes time in proportion to the length of the name; no LLM has a longer one. */
const MAX_COMPARED_LENGTH = 80

/** Edits per letter up to which names that share no word are taken for a slip of the pen. */
const MAX_EDITS = 0.25

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
  const short = asked.slice(0, MAX_COMPARED_LENGTH).toLowerCase()
  const words = new Set(parseName(asked.slice(0, MAX_COMPARED_LENGTH)).words)
  const scored = known.map((candidate) => {
    const shared = candidate.words.filter((word) => words.has(word))
    const all = words.size + candidate.words.length - shared.length
    return {
      name: candidate.name,
      isResolved: candidate.name === resolved,
      // A number alone, or a size, is no resemblance.
      overlap: shared.some(isNoun) ? shared.length / all : 0,
      edits: distance(short, candidate.name.toLowerCase()),
    }
  })
  return scored
    .filter(
      ({ isResolved, overlap, edits }) => isResolved || overlap > 0 || edits <= MAX_EDITS * short.length,
    )
    .sort((a, b) => Number(b.isResolved) - Number(a.isResolved) || b.overlap - a.overlap || a.edits - b.edits)
    .slice(0, MAX_SUGGESTIONS)
    .map(({ name }) => name)
}

/** Words that many families have. */
const COMMON =
  /^(?:mini|small|medium|large|pro|plus|max|flash|lite|fast|turbo|thinking|instruct|coder|code|chat|reasoning|next)$/

/** Whether two LLMs that share the word are likely to be of one family. */
function isNoun(word: string): boolean {
  return /^(?:[a-z]{2,}|o\d)$/.test(word) && !COMMON.test(word)
}
