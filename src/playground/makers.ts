import type { KnownLlm } from './api.js'

export interface Maker {
  name: string
  /** Of its LLMs, in alphabetical order. */
  llms: readonly string[]
}

const UNKNOWN_MAKER = 'Other makers'

/** LLMs by maker, those with the most first; LLMs of no known maker come last. */
export function byMaker(llms: readonly KnownLlm[]): Maker[] {
  const makers = new Map<string, string[]>()
  for (const { name, maker = UNKNOWN_MAKER } of llms) {
    const names = makers.get(maker)
    if (names === undefined) makers.set(maker, [name])
    else names.push(name)
  }
  const rank = ({ name, llms: own }: Maker) => (name === UNKNOWN_MAKER ? 0 : own.length)
  return [...makers]
    .map(([name, names]) => ({
      name,
      llms: names.sort((a, b) => a.localeCompare(b, 'en', { numeric: true })),
    }))
    .sort((a, b) => rank(b) - rank(a) || a.name.localeCompare(b.name, 'en'))
}

/** The makers and LLMs that have every word of a search in their names. */
export function search(makers: readonly Maker[], query: string): Maker[] {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  return makers.flatMap(({ name, llms }) => {
    const found = llms.filter((llm) => {
      const text = `${name} ${llm}`.toLowerCase()
      return words.every((word) => text.includes(word))
    })
    return found.length === 0 ? [] : [{ name, llms: found }]
  })
}
