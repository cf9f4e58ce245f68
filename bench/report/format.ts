import type { Results } from '../results.js'

/** Marks systems that do a part of the work only. */
export const EMBEDDINGS_ONLY = '†'

/** Three significant digits, without an exponent: 0.0123, 1.20, 12.3, 123, 1,230. */
export function formatNumber(value: number): string {
  if (value === 0) return '0'
  return significant(value, 3)
}

/** `3.2×`, with as many digits as a ratio of two noisy numbers deserves. */
export function formatRatio(value: number): string {
  return `${significant(value, 2)}×`
}

/** The name of a system, marked if it gives embeddings only. */
export function displayName(name: string, results: Results): string {
  return givesEmbeddingsOnly(name, results) ? `${name} ${EMBEDDINGS_ONLY}` : name
}

export function givesEmbeddingsOnly(name: string, { systems }: Results): boolean {
  return systems.some((system) => system.name === name && system.answers === 'embeddings')
}

function significant(value: number, digits: number): string {
  return Number(value.toPrecision(digits)).toLocaleString('en-US', { minimumSignificantDigits: digits })
}
