import type { CaseResult } from './runCase.js'

/** Counts what came of cases, by reader. */
export class Tally {
  readonly #counts = new Map<string, Map<string, number>>()
  #cases = 0
  #failures = 0
  #slowest: CaseResult | undefined

  add(result: CaseResult): void {
    const { target, outcome, ms } = result
    this.#cases++
    if (outcome === 'failed') this.#failures++
    if (ms > (this.#slowest?.ms ?? 0)) this.#slowest = result
    const counts = this.#counts.get(target) ?? new Map<string, number>()
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1)
    this.#counts.set(target, counts)
  }

  get failures(): number {
    return this.#failures
  }

  /** A line for each reader, and one for all. */
  text(seed: number): string {
    const lines = [...this.#counts].map(([target, counts]) => {
      const parts = [...counts]
        .sort(([a], [b]) => a.localeCompare(b))
        .map(([outcome, n]) => `${n} ${outcome}`)
      return `${target}: ${parts.join(', ')}`
    })
    const slowest = this.#slowest
    const longest =
      slowest === undefined
        ? ''
        : `, the slowest ${Math.round(slowest.ms)} ms (${slowest.target}, case ${slowest.number})`
    return `${[...lines, `${this.#cases} files of seed ${seed}: ${this.#failures} failures${longest}`].join('\n')}\n`
  }
}
