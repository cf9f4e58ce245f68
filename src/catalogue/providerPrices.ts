import { at } from '../numeric/at.js'
import { isSameDate } from './dates.js'
import { DATED_GENERATIONS, parseName } from './parsedName.js'
import type { ParsedName } from './parsedName.js'
import type { PriceEntry } from './priceFile.js'
import { flat, spellingsOf } from './spellings.js'

/** An entry under one of its names. */
interface Named {
  name: string
  entry: PriceEntry
}

interface Parsed extends Named {
  parsed: ParsedName
}

/** What the names that are looked for say, found once. */
export interface WantedName {
  /** The name as it stands. */
  given: readonly string[]
  /** With less and less of what a provider adds to it: they mean the same only if the words are the same. */
  derived: readonly string[]
  /** Undefined for a name that must be met as it stands. */
  parsed: ParsedName | undefined
}

/** How OpenRouter serves an LLM, at prices of its own; thinking costs by the token, as ever. */
const TAG = /:(?!thinking$)[a-z]+$/

export function isTagged(name: string): boolean {
  return TAG.test(name.toLowerCase().trim())
}

export function wantedName(name: string): WantedName {
  const lower = name.toLowerCase().trim()
  const given = [lower, lower.slice(lower.lastIndexOf('/') + 1)].map(flat)
  if (isTagged(name)) return { given, derived: [], parsed: undefined }
  // With the region of Amazon Bedrock, which may have a price of its own, before any without.
  const regional = lower.replace(/-v[1-9]\d*:\d+$/, '')
  return { given, derived: [regional, ...spellingsOf(name)].map(flat), parsed: parseName(name) }
}

/** The prices of one provider, by names that need not be written as the provider does. */
export class ProviderPrices {
  readonly #byFlat = new Map<string, Named>()
  readonly #byWords = new Map<string, Parsed[]>()

  constructor(entries: readonly PriceEntry[]) {
    for (const entry of entries) {
      for (const name of entry.names) this.#add({ name, entry })
    }
  }

  #add(named: Named): void {
    const lower = named.name.toLowerCase()
    for (const spelling of [lower, lower.slice(lower.lastIndexOf('/') + 1)]) {
      if (!this.#byFlat.has(flat(spelling))) this.#byFlat.set(flat(spelling), named)
    }
    if (TAG.test(lower)) return
    const parsed = parseName(named.name)
    const words = wordsOf(parsed)
    const before = this.#byWords.get(words)
    if (before === undefined) this.#byWords.set(words, [{ ...named, parsed }])
    else before.push({ ...named, parsed })
  }

  /** An entry of the very name, up to dots, dashes and what a path adds. */
  findAsItStands({ given }: WantedName): Named | undefined {
    for (const spelling of given) {
      const found = this.#byFlat.get(spelling)
      if (found !== undefined) return found
    }
    return undefined
  }

  /** Undefined if no entry is surely that of the LLM. */
  find(wanted: WantedName): Named | undefined {
    const { derived, parsed } = wanted
    const asItStands = this.findAsItStands(wanted)
    if (asItStands !== undefined || parsed === undefined) return asItStands
    for (const spelling of derived) {
      const found = this.#byFlat.get(spelling)
      if (found !== undefined && wordsOf(parseName(found.name)) === wordsOf(parsed)) return found
    }
    return this.#byParts(parsed)
  }

  /** Of those of the same family, version, size and variant the nearest; of several that are as near none, unless they cost the same. */
  #byParts(asked: ParsedName): Named | undefined {
    if (asked.words.length === 0) return undefined
    const all = (this.#byWords.get(wordsOf(asked)) ?? []).filter(({ parsed }) => costsTheSame(asked, parsed))
    const ordered = all
      .map((one) => ({ one, distance: distanceOf(asked, one.parsed) }))
      .sort((a, b) => a.distance - b.distance)
    const [first] = ordered
    if (first === undefined) return undefined
    const nearest = ordered.filter(({ distance }) => distance === first.distance).map(({ one }) => one)
    return new Set(nearest.map(({ entry }) => priceKey(entry))).size === 1 ? at(nearest, 0) : undefined
  }
}

/**
 * Whether two names of the same words may have one price. An LLM of another day or stage may cost more or less: a name with a
 * day has the price of that day, else that of the name without one, which stands for all days.
 */
function costsTheSame(asked: ParsedName, known: ParsedName): boolean {
  const isGeneration = asked.words.some((word) => DATED_GENERATIONS.test(word))
  if (known.date !== undefined && (asked.date === undefined || !isSameDate(asked.date, known.date)))
    return false
  if (known.date === undefined && asked.date !== undefined && isGeneration) return false
  if (asked.stage !== known.stage && asked.stage !== '') return false
  if (known.effort !== undefined && asked.effort !== known.effort) return false
  // A base model may cost more than the one that is tuned.
  return known.isTuned || !asked.isTuned || known.serving !== ''
}

/** Less is nearer: the stage counts before the date, that before tuning, effort and serving. */
function distanceOf(asked: ParsedName, known: ParsedName): number {
  return [
    asked.stage !== known.stage,
    (asked.date === undefined) !== (known.date === undefined),
    asked.isTuned !== known.isTuned,
    asked.effort !== known.effort,
    asked.serving !== known.serving,
    known.serving !== '',
  ].reduce((sum, differs) => 2 * sum + Number(differs), 0)
}

function priceKey({ input_price, output_price, tiers }: PriceEntry): string {
  return JSON.stringify([input_price, output_price, tiers])
}

function wordsOf({ words }: ParsedName): string {
  return words.join(' ')
}
