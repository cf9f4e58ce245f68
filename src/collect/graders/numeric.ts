import { lastBoxed } from './extract.js'

/** A number as people write it: a sign that is no hyphen, commas between thousands, a fraction, an exponent. */
const NUMBER =
  /(?<![\w.)\]])[-+]?(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)?(?:(?<=\d)\.\d+|(?<!\d)\.\d+|(?<=\d))(?:e[-+]?\d+)?(?:\s?\/\s?\d+(?:\.\d+)?)?/gi

/** What stands before the number that is meant, in an answer that has several. */
const ANNOUNCEMENT = /(?:\banswer\b[^\n.]{0,80}?\bis\b|\banswer\b[\s*_]{0,9}[:=]|####)/gi

/**
 * 1 if the number that the answer ends in is that of a reference, within a relative tolerance; else 0. The number in the last
 * `\boxed{}` counts before that after "answer is", "answer:" or "####", and that before the last of all.
 */
export function gradeNumeric(answer: string, references: readonly string[], tolerance: number): number {
  const given = numberIn(answer)
  if (given === undefined) return 0
  return Number(
    references.some((reference) => {
      const wanted = numberIn(reference)
      return wanted !== undefined && isClose(given, wanted, tolerance)
    }),
  )
}

/** The number that a text means; undefined if it has none. */
export function numberIn(text: string): number | undefined {
  const plain = inPlainSigns(text)
  const boxed = lastBoxed(plain)
  const inBox = boxed === undefined ? undefined : numbersIn(boxed).at(-1)
  if (inBox !== undefined) return inBox
  const announced = [...plain.matchAll(ANNOUNCEMENT)].at(-1)
  const after = announced === undefined ? '' : plain.slice(announced.index + announced[0].length)
  return numberAfter(after) ?? numbersIn(plain).at(-1)
}

/** The first number; of an equation, which may be the answer too, that on its right side. */
function numberAfter(text: string): number | undefined {
  const [line = ''] = text.trimStart().split('\n', 1)
  return numbersIn(line.slice(line.lastIndexOf('=') + 1))[0] ?? numbersIn(text)[0]
}

function numbersIn(text: string): number[] {
  return [...text.matchAll(NUMBER)].flatMap(([found]) => {
    const [numerator = '', denominator] = found.replaceAll(',', '').split('/')
    const value = Number(numerator) / (denominator === undefined ? 1 : Number(denominator))
    return Number.isFinite(value) ? [value] : []
  })
}

/** Minus signs, thin spaces and commas of LaTeX, and its fractions, as plain text writes them. */
function inPlainSigns(text: string): string {
  return text
    .replace(/[−–](?=[\d.])/g, '-')
    .replaceAll('{,}', ',')
    .replace(/(?<=\d)(?:\\[,!;]|\u2009|\u202f)(?=\d{3})/g, ',')
    .replace(/\\[dt]?frac\s*\{\s*([-+]?\d+(?:\.\d+)?)\s*\}\s*\{\s*(\d+(?:\.\d+)?)\s*\}/g, '$1/$2')
    .replace(/\\?[$€£]/g, ' ')
}

function isClose(given: number, wanted: number, tolerance: number): boolean {
  return Math.abs(given - wanted) <= tolerance * (wanted === 0 ? 1 : Math.abs(wanted))
}
