/** Numbers as a person reads them. */

const SIGNIFICANT = 2

/** `$12.50`, `$0.0034`, `free`. */
export function dollars(amount: number): string {
  if (amount === 0) return 'free'
  if (amount >= 1) return `$${amount.toFixed(2)}`
  const digits = SIGNIFICANT - 1 - Math.floor(Math.log10(amount))
  return `$${amount.toFixed(Math.min(digits, 12))}`
}

/** A power of ten, its double or five times it, without zeros behind. */
export function tickDollars(amount: number): string {
  return `$${amount.toFixed(Math.max(0, -Math.floor(Math.log10(amount) + 1e-9)))}`
}

export function probability(value: number): string {
  return value.toFixed(3)
}

export function percent(share: number): string {
  return `${Math.round(share * 100)} %`
}

/** Tenths below ten milliseconds. */
export function milliseconds(value: number): string {
  return value < 10 ? value.toFixed(1) : value.toFixed(0)
}

export function count(value: number): string {
  return Math.round(value).toLocaleString('en-US')
}

/** The beginning of a text, in one line. */
export function excerpt(text: string, length: number): string {
  const line = text
    .slice(0, 4 * length)
    .replace(/\s+/g, ' ')
    .trim()
  return line.length <= length ? line : `${line.slice(0, length - 1).trimEnd()}…`
}
