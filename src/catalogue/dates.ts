import { at } from '../numeric/at.js'

/** A name with its date taken out. */
interface Undated {
  rest: string
  /**
   * `2024-08-06`, `2024-08`, `-08-06` where the name has no year, or `r002` for a revision; undefined for a name without.
   */
  date: string | undefined
}

const END = '(?=-|$)'
const DAY = '(0[1-9]|[12]\\d|3[01])'
const MONTH = '(0[1-9]|1[0-2])'

/** The forms in which makers write dates, the longest first, and what each says. */
const FORMS: readonly (readonly [RegExp, (...parts: string[]) => string])[] = [
  [new RegExp(`-(20[2-3]\\d)-?${MONTH}-?${DAY}${END}`), (year, month, day) => `${year}-${month}-${day}`],
  [new RegExp(`-${MONTH}-(20[2-3]\\d)${END}`), (month, year) => `${year}-${month}`],
  [new RegExp(`-(2[3-9])${MONTH}${END}`), (year, month) => `20${year}-${month}`],
  [new RegExp(`-${MONTH}-?${DAY}${END}`), (month, day) => `-${month}-${day}`],
  [/-(00\d)(?=-|$)/, (revision) => `r${revision}`],
]

/** Takes the date or revision out of a name whose words are separated by dashes. */
export function withoutDate(name: string): Undated {
  for (const [form, write] of FORMS) {
    const found = form.exec(name)
    if (found === null) continue
    const rest = name.slice(0, found.index) + name.slice(found.index + at(found, 0).length)
    return { rest, date: write(...found.slice(1)) }
  }
  return { rest: name, date: undefined }
}

/** Whether two dates may be the same, one of them perhaps written without its year or day. */
export function isSameDate(a: string, b: string): boolean {
  const [short, long] = a.length < b.length ? [a, b] : [b, a]
  return short.startsWith('-') ? long.endsWith(short) : long.startsWith(short)
}
