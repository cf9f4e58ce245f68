import type { Card } from '../card.js'
import type { Catalogue } from '../catalogue/catalogue.js'
import { NameResolver } from '../catalogue/nameResolver.js'
import { LLimitError } from '../errors.js'
import { at } from '../numeric/at.js'
import type { LlmDescription } from './requests.js'

/** What is known of the LLMs of saved models: which names mean them, and what the catalogue and the cards say. */
export class KnownLlms {
  readonly #catalogue: Catalogue
  readonly #resolvers = new WeakMap<readonly string[], NameResolver>()

  constructor(catalogue: Catalogue) {
    this.#catalogue = catalogue
  }

  /** The resolver of a saved model: made once, which takes some 10 ms, and kept for as long as its card. */
  resolverOf({ llms }: Card): NameResolver {
    const before = this.#resolvers.get(llms)
    if (before !== undefined) return before
    const resolver = new NameResolver(llms, this.#catalogue)
    this.#resolvers.set(llms, resolver)
    return resolver
  }

  /**
   * One description per LLM of the card, in its order.
   * @throws LLimitError MODEL_BROKEN if the card counts the outcomes of more or fewer LLMs.
   */
  describe({ llms, evidence }: Card): LlmDescription[] {
    const counted = evidence?.outcomes.length ?? llms.length
    if (counted !== llms.length) {
      const message = `Expected evidence.outcomes of ${llms.length} LLMs in card.json, got ${counted}`
      throw new LLimitError('MODEL_BROKEN', message)
    }
    return llms.map((name, row) => {
      const outcomes = evidence === undefined ? null : at(evidence.outcomes, row)
      return { ...(this.#catalogue.get(name) ?? { name }), outcomes }
    })
  }
}
