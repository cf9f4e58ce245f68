import { lastBoxed } from './extract.js'

/** Letters that options have; further ones are words or variables. */
const LETTER = '[A-J]'

/** A letter and nothing else, in whatever signs. */
const ALONE = new RegExp(`^[\\s"'\`*_([]*(${LETTER})[\\s"'\`*_)\\].:]*$`, 'i')
/** `the answer is **(B)**`, `Answer: B` */
const ANNOUNCED = new RegExp(
  `(?:[Aa]nswer|ANSWER|[Cc]hoice|[Oo]ption)(?:\\s{1,9}is)?\\s{0,9}[:=]?[\\s"'\`*_([]{0,9}(${LETTER})(?![\\w'])`,
  'g',
)
/** `B) because …`, `(B) …`, `**B**: …` at the start of a line. */
const AT_START = new RegExp(`^[ \\t*_]{0,9}(?:\\((${LETTER})\\)|(${LETTER})[*_]{0,3}[).:])`, 'gm')
/** `(B)` anywhere, and a letter alone that is no word of English. */
const ANYWHERE = /\(([A-J])\)|(?<![\w'])([B-HJ])(?![\w'])/g

/** 1 if the letter that the answer chooses is that of a reference, else 0. */
export function gradeChoice(answer: string, references: readonly string[]): number {
  const letter = letterIn(answer)
  return Number(letter !== undefined && references.some((reference) => letterIn(reference) === letter))
}

/**
 * The letter that a text chooses, in upper case: the text itself, that of the last `\boxed{}`, that after "answer", that before
 * ")", "." or ":" at the start of a line if it is the only one, or the last one that stands alone. Undefined if there is none.
 */
export function letterIn(text: string): string | undefined {
  const boxed = lastBoxed(text)
    ?.replace(/\\text\w*/g, '')
    .replace(/[{}\s]/g, '')
  const alone = ALONE.exec(boxed ?? text)?.[1]
  if (alone !== undefined) return alone.toUpperCase()
  const announced = lettersOf(text, ANNOUNCED).at(-1)
  if (announced !== undefined) return announced
  const starts = new Set(lettersOf(text, AT_START))
  if (starts.size === 1) return [...starts][0]
  return lettersOf(text, ANYWHERE).at(-1)
}

function lettersOf(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].flatMap(([, one, other]) => one ?? other ?? [])
}
