/** Text that is an id of its own. */
export interface AddedToken {
  id: number
  content: string
  /** Whether it counts only where no letter, digit or underscore stands next to it. */
  single_word: boolean
}

/** What a text falls into: ids of added tokens and the texts between them. */
export type Section = number | string

const WORD_CHARACTER = '[\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\p{Join_Control}]'
const ENDS_IN_WORD = new RegExp(`${WORD_CHARACTER}$`, 'u')
const BEGINS_WITH_WORD = new RegExp(`^${WORD_CHARACTER}`, 'u')

/** Longest code point in UTF-16 units. */
const CODE_POINT_UNITS = 2

/** Finds added tokens in a text, the longest that fits at each place, from left to right. */
export function addedTokenFinder(tokens: readonly AddedToken[]): (text: string) => Section[] {
  if (tokens.length === 0) return (text) => (text === '' ? [] : [text])
  const byContent = new Map(tokens.map((token) => [token.content, token]))
  const pattern = alternatives([...byContent.keys()])
  return (text) => {
    const sections: Section[] = []
    let from = 0
    for (const { 0: content, index } of text.matchAll(pattern)) {
      const token = byContent.get(content)
      const end = index + content.length
      // One that does not count is not looked into again.
      if (token === undefined || (token.single_word && isInsideWord(text, index, end))) continue
      if (index > from) sections.push(text.slice(from, index))
      sections.push(token.id)
      from = end
    }
    if (from < text.length) sections.push(text.slice(from))
    return sections
  }
}

function isInsideWord(text: string, start: number, end: number): boolean {
  const before = text.slice(Math.max(0, start - CODE_POINT_UNITS), start)
  return ENDS_IN_WORD.test(before) || BEGINS_WITH_WORD.test(text.slice(end, end + CODE_POINT_UNITS))
}

/** A pattern of any of the texts, the longest that fits. */
function alternatives(texts: readonly string[]): RegExp {
  const longestFirst = texts.toSorted((a, b) => b.length - a.length)
  return new RegExp(longestFirst.map((text) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|'), 'gu')
}
