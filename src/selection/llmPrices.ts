import { LRUCache } from 'lru-cache'

import type { Catalogue, CatalogueEntry } from '../catalogue/catalogue.js'
import { isSameDate } from '../catalogue/dates.js'
import { parseName } from '../catalogue/parsedName.js'
import { isTagged } from '../catalogue/providerPrices.js'
import type { PriceTable } from '../catalogue/priceTable.js'

/** Where a price comes from: the request, the file of `LLIMIT_PRICES`, the table that is shipped. */
export type PriceSource = 'request' | 'file' | 'table'

/** In dollars for a million tokens. */
export interface LlmPrice {
  inputPrice: number
  outputPrice: number
  /** Of prompts of more than `above` tokens, for all tokens; by rising `above`. */
  tiers: readonly { above: number; inputPrice: number; outputPrice: number }[]
  source: PriceSource
  /** Provider and name under which it is listed; null for a price of the request. */
  listedAs: string | null
}

/** What is known of an LLM by its name, besides what the saved model knows. */
interface KnownOfLlm {
  price: LlmPrice | undefined
  /** Tokens of prompt and answer together. */
  contextLimit: number | undefined
}

/** A price as `GET /llms` tells it. */
export interface PriceDescription {
  input_price: number
  output_price: number
  tiers?: readonly { above: number; input_price: number; output_price: number }[]
  source: Exclude<PriceSource, 'request'>
  listed_as: string
  as_of: string
}

/** The days of the prices. */
export interface PricesAsOf {
  table?: string
  file?: string
}

export interface PriceTables {
  /** Those of the operator. */
  file: PriceTable | undefined
  shipped: PriceTable | undefined
}

/** More than the LLMs of several saved models. */
const MAX_KEPT = 8192

/** What LLMs cost and how much they read, by the names by which they are asked for; found once for each. */
export class LlmPrices {
  readonly asOf: PricesAsOf
  readonly #catalogue: Catalogue
  readonly #tables: PriceTables
  readonly #found = new LRUCache<string, KnownOfLlm>({ max: MAX_KEPT })

  constructor(catalogue: Catalogue, tables: PriceTables) {
    const { file, shipped } = tables
    this.#catalogue = catalogue
    this.#tables = tables
    this.asOf = { ...(shipped && { table: shipped.asOf }), ...(file && { file: file.asOf }) }
  }

  /**
   * @param asked its name as asked: what the user will call, and where, has that price
   * @param known its name as the saved model has it
   */
  of(asked: string, known: string): KnownOfLlm {
    const key = asked === known ? asked : `${asked}\n${known}`
    const before = this.#found.get(key)
    if (before !== undefined) return before
    const found = this.#find(asked, known)
    this.#found.set(key, found)
    return found
  }

  describe({ inputPrice, outputPrice, tiers, source, listedAs }: LlmPrice): PriceDescription {
    const asOf = source === 'file' ? this.asOf.file : this.asOf.table
    if (source === 'request' || listedAs === null || asOf === undefined) {
      throw new RangeError('expected a price of a file, got one of a request')
    }
    const above = tiers.map((tier) => ({
      above: tier.above,
      input_price: tier.inputPrice,
      output_price: tier.outputPrice,
    }))
    return {
      input_price: inputPrice,
      output_price: outputPrice,
      ...(above.length > 0 && { tiers: above }),
      source,
      listed_as: listedAs,
      as_of: asOf,
    }
  }

  #find(asked: string, known: string): KnownOfLlm {
    const entry = this.#catalogue.get(known)
    const others = saysNoOther(asked, known) ? [known, ...namesOf(entry)] : []
    const own = this.#tables.file?.find(asked, others)
    const listed = own ?? this.#tables.shipped?.find(asked, others)
    const contextLimit =
      own?.entry.context_limit ?? entry?.context_limit ?? listed?.entry.context_limit ?? undefined
    if (listed === undefined) return { price: undefined, contextLimit }
    const { input_price, output_price, tiers = [] } = listed.entry
    const price: LlmPrice = {
      inputPrice: input_price,
      outputPrice: output_price,
      tiers: tiers.map((tier) => ({
        above: tier.above,
        inputPrice: tier.input_price,
        outputPrice: tier.output_price,
      })),
      source: own === undefined ? 'table' : 'file',
      listedAs: listed.listedAs,
    }
    return { price, contextLimit }
  }
}

/** The prices of a prompt of so many tokens. */
export function pricesAt(price: LlmPrice, tokens: number): Omit<LlmPrice, 'tiers'> {
  const tier = price.tiers.findLast(({ above }) => tokens > above)
  if (tier === undefined) return price
  return { ...price, inputPrice: tier.inputPrice, outputPrice: tier.outputPrice }
}

/** Whether a name says no date, no stage and no way of serving that the LLM it was resolved to has not: that may have another price. */
function saysNoOther(asked: string, known: string): boolean {
  if (asked === known) return true
  if (isTagged(asked)) return false
  const [a, b] = [parseName(asked), parseName(known)]
  if (a.stage !== '' && a.stage !== b.stage) return false
  return a.date === undefined || (b.date !== undefined && isSameDate(a.date, b.date))
}

/** One that moves from LLM to LLM says nothing of its price. */
function namesOf(entry: CatalogueEntry | undefined): string[] {
  if (entry === undefined) return []
  const { aliases = [], providers = {} } = entry
  return [...aliases, ...Object.values(providers).flat()].filter((name) => !/\blatest\b/.test(name))
}
