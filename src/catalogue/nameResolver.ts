import { LRUCache } from 'lru-cache'

import { at } from '../numeric/at.js'
import type { Catalogue, CatalogueEntry } from './catalogue.js'
import { isSameDate, withoutDate } from './dates.js'
import { DATED_GENERATIONS, DEFAULT_EFFORT, parseName } from './parsedName.js'
import type { KnownName, ParsedName } from './parsedName.js'
import { flat, spellingsOf } from './spellings.js'
import { suggestionsFor } from './suggestions.js'

/** Names whose answer is kept, and how long they may be. */
const MAX_KEPT = 4096
const MAX_KEPT_LENGTH = 200

/** Finds the LLM that a name means among those of a saved model. It never takes another family, version or size. */
export class NameResolver {
  readonly #known: KnownName[]
  readonly #exact: ReadonlySet<string>
  readonly #byFlat: ReadonlyMap<string, string>
  readonly #byWords: ReadonlyMap<string, readonly KnownName[]>
  /** Every other name of the catalogue, flat -> the entries that have it. */
  readonly #aliases: ReadonlyMap<string, readonly CatalogueEntry[]>
  /** Words of an LLM -> the effort that its provider takes where a name says nothing. */
  readonly #efforts: ReadonlyMap<string, number>

  /** What was asked lately: finding it again would take 0.1 ms. */
  readonly #found = new LRUCache<string, { name: string | undefined }>({ max: MAX_KEPT })

  constructor(names: readonly string[], catalogue: Catalogue) {
    this.#known = names.map((name) => knownName(name, catalogue.get(name)))
    this.#exact = new Set(names)
    this.#byFlat = new Map(names.map((name) => [flat(name), name]))
    this.#byWords = grouped(this.#known.map((known) => [wordsOf(known), known] as const))
    const entries = [...catalogue.values()].sort(byRelease)
    this.#aliases = grouped(
      entries.flatMap((entry) =>
        [...new Set(namesOf(entry).map(flat))].map((alias) => [alias, entry] as const),
      ),
    )
    this.#efforts = new Map(entries.flatMap(defaultEffortsOf))
  }

  /** @returns the name as the saved model has it; undefined for an LLM that it does not know. */
  resolve(asked: string): string | undefined {
    if (this.#exact.has(asked)) return asked
    const before = this.#found.get(asked)
    if (before !== undefined) return before.name
    const name = this.#find(asked)
    if (asked.length <= MAX_KEPT_LENGTH) this.#found.set(asked, { name })
    return name
  }

  #find(asked: string): string | undefined {
    for (const spelling of spellingsOf(asked).map(flat)) {
      const found = this.#byFlat.get(spelling) ?? this.#byAlias(spelling)
      if (found !== undefined) return found
      // The LLM that a provider calls so is another one than the words of the name say.
      if (this.#aliases.has(spelling)) return undefined
    }
    return this.#byParts(parseName(asked))
  }

  /** Names that may have been meant, the likeliest first; none if nothing is close. */
  suggest(asked: string): string[] {
    return suggestionsFor(asked, this.#known, this.resolve(asked))
  }

  #byAlias(spelling: string): string | undefined {
    const entries = this.#aliases.get(spelling)
    if (entries === undefined) return undefined
    const known = entries.find(({ name }) => this.#exact.has(name))
    if (known !== undefined) return known.name
    for (const { name } of entries) {
      const found = this.#byParts(parseName(name))
      if (found !== undefined) return found
    }
    return undefined
  }

  #byParts(asked: ParsedName): string | undefined {
    if (asked.words.length === 0) return undefined
    const effort = asked.effort ?? this.#efforts.get(wordsOf(asked)) ?? DEFAULT_EFFORT
    const preferences = (known: KnownName): number[] => [
      asked.date !== undefined && (known.date === undefined || !isSameDate(asked.date, known.date)) ? 1 : 0,
      asked.isTuned === known.isTuned ? 0 : 1,
      asked.stage === known.stage ? 0 : 1,
      asked.serving === known.serving ? 0 : 1,
      asked.effort === known.effort ? 0 : 1 + Math.abs(effort - (known.effort ?? DEFAULT_EFFORT)),
      asked.date === undefined && !asked.isLatest && known.date !== undefined ? 1 : 0,
    ]
    const candidates = this.#byWords.get(wordsOf(asked)) ?? []
    const [best] = candidates
      .filter((known) => mayBe(asked, known))
      .map((known) => ({ known, order: preferences(known) }))
      .sort((a, b) => compareLists(a.order, b.order) || byRelease(a.known, b.known))
    return best?.known.name
  }
}

/** Whether a name of the same family, version and size can be meant. */
function mayBe(asked: ParsedName, known: KnownName): boolean {
  if (asked.isTuned && !known.isTuned) return false
  const isGeneration = asked.words.some((word) => DATED_GENERATIONS.test(word))
  if (!isGeneration || asked.date === undefined || known.date === undefined) return true
  return isSameDate(asked.date, known.date)
}

function namesOf({ name, aliases = [], providers = {} }: CatalogueEntry): string[] {
  return [name, ...aliases, ...Object.values(providers).flat()]
}

function knownName(name: string, entry: CatalogueEntry | undefined): KnownName {
  const parsed = parseName(name)
  // A date without a year orders nothing.
  const dated = parsed.date?.startsWith('20') === true ? parsed.date : undefined
  const released = entry?.released ?? dated
  const { rest: undated } = withoutDate(name.toLowerCase())
  return { name, undated, ...parsed, ...(released === undefined ? {} : { released }) }
}

/** Names of an LLM without an effort that stand for it at one, such as `gpt-5`. */
function defaultEffortsOf(entry: CatalogueEntry): (readonly [string, number])[] {
  // Nearly all have none, and taking a name apart takes time.
  if (!/-(?:none|minimal|low|medium|high|thinking|xhigh)$/.test(entry.name)) return []
  const { effort, ...own } = parseName(entry.name)
  if (effort === undefined) return []
  const others = namesOf(entry).map(parseName)
  return others.some((other) => other.effort === undefined && wordsOf(other) === wordsOf(own))
    ? [[wordsOf(own), effort]]
    : []
}

function wordsOf({ words }: Pick<ParsedName, 'words'>): string {
  return words.join(' ')
}

interface Released {
  released?: string
  name: string
}

/** The newest first, those of unknown date last, then by name: never by the order of the saved model. */
function byRelease(a: Released, b: Released): number {
  if (a.released !== b.released) return (a.released ?? '1970') > (b.released ?? '1970') ? -1 : 1
  return a.name < b.name ? -1 : 1
}

const EQUAL = 0

/** The first difference of two lists of one length, or 0. */
function compareLists(a: readonly number[], b: readonly number[]): number {
  return a.map((value, i) => value - at(b, i)).find((difference) => difference !== 0) ?? EQUAL
}

function grouped<V>(pairs: Iterable<readonly [string, V]>): Map<string, V[]> {
  const groups = new Map<string, V[]>()
  for (const [key, value] of pairs) {
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [value])
    else group.push(value)
  }
  return groups
}
