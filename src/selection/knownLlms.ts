import { LRUCache } from 'lru-cache'

import type { Card } from '../card.js'
import type { Catalogue } from '../catalogue/catalogue.js'
import { NameResolver } from '../catalogue/nameResolver.js'
import { LLimitError } from '../errors.js'
import { at } from '../numeric/at.js'
import { mapYielding } from '../thread/mapYielding.js'
import { LlmPrices } from './llmPrices.js'
import type { PriceTables } from './llmPrices.js'
import type { LlmDescription } from './requests.js'

/** Lists of LLMs whose resolver is kept when no card has them any more. */
const MAX_RESOLVERS = 8

/** What is known of the LLMs of saved models: which names mean them, and what the catalogue and the cards say. */
export class KnownLlms {
  readonly #catalogue: Catalogue
  readonly #readTables: () => Promise<PriceTables>
  readonly #resolvers = new WeakMap<readonly string[], NameResolver>()
  readonly #byNames = new LRUCache<string, NameResolver>({ max: MAX_RESOLVERS })
  #prices: Promise<LlmPrices> | undefined

  /** @param readTables called when prices are first asked for: the first answer of a server need not wait for them */
  constructor(catalogue: Catalogue, readTables: () => Promise<PriceTables>) {
    this.#catalogue = catalogue
    this.#readTables = readTables
  }

  prices(): Promise<LlmPrices> {
    this.#prices ??= this.#readTables().then((tables) => new LlmPrices(this.#catalogue, tables))
    return this.#prices
  }

  /** The resolver of a saved model, kept for as long as its card. Another version mostly has the same LLMs, and so the same one. */
  resolverOf({ llms }: Card): NameResolver {
    const before = this.#resolvers.get(llms)
    if (before !== undefined) return before
    const names = JSON.stringify(llms)
    // It takes some 10 ms.
    const resolver = this.#byNames.get(names) ?? new NameResolver(llms, this.#catalogue)
    this.#byNames.set(names, resolver)
    this.#resolvers.set(llms, resolver)
    return resolver
  }

  /**
   * One description per LLM of the card, in its order.
   * @throws LLimitError MODEL_BROKEN if the card counts the outcomes of more or fewer LLMs.
   */
  async describe({ llms, evidence }: Card): Promise<LlmDescription[]> {
    const counted = evidence?.outcomes.length ?? llms.length
    if (counted !== llms.length) {
      const message = `Expected evidence.outcomes of ${llms.length} LLMs in card.json, got ${counted}`
      throw new LLimitError('MODEL_BROKEN', message)
    }
    const prices = await this.prices()
    return mapYielding(llms, (name, row) => {
      const outcomes = evidence === undefined ? null : at(evidence.outcomes, row)
      const { price, contextLimit } = prices.of(name, name)
      return {
        ...(this.#catalogue.get(name) ?? { name }),
        ...(contextLimit !== undefined && { context_limit: contextLimit }),
        ...(price !== undefined && { price: prices.describe(price) }),
        outcomes,
      }
    })
  }
}
