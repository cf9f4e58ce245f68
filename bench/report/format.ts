/** Three significant digits, without an exponent: 0.0123, 1.20, 12.3, 123, 1,230. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return '–'
  if (value === 0) return '0'
  return significant(value, 3)
}

/** `3.2×`, with as many digits as a ratio of two noisy numbers deserves. */
export function formatRatio(value: number): string {
  return `${significant(value, 2)}×`
}

function significant(value: number, digits: number): string {
  return Number(value.toPrecision(digits)).toLocaleString('en-US', { minimumSignificantDigits: digits })
}
