import type { PriceEntry, PriceFile } from './priceFile.js'
import { ProviderPrices, wantedName } from './providerPrices.js'
import { MAKING_PROVIDERS, providerOf, RESOLD, SERVING_PROVIDERS } from './providers.js'

/** What an LLM costs, and under which name it was found. */
interface Listing {
  entry: PriceEntry
  /** `<provider>/<name>`, or the name alone. */
  listedAs: string
}

/** Of entries that name no provider. */
const ANYWHERE = ''

/** The prices of a file. A provider's names are taken apart when it is first asked for. */
export class PriceTable {
  readonly asOf: string
  readonly #entries = new Map<string, PriceEntry[]>()
  readonly #providers = new Map<string, ProviderPrices>()
  readonly #names: ReadonlySet<string>

  constructor({ asOf, entries }: PriceFile) {
    this.asOf = asOf
    this.#names = new Set(entries.flatMap(({ provider }) => (provider === undefined ? [] : [provider])))
    for (const entry of entries) {
      for (const { provider, names } of this.#placesOf(entry)) {
        const before = this.#entries.get(provider)
        if (before === undefined) this.#entries.set(provider, [{ ...entry, names }])
        else before.push({ ...entry, names })
      }
    }
  }

  /** Names of an entry without a provider may say one, each its own. */
  #placesOf({ provider, names }: PriceEntry): { provider: string; names: string[] }[] {
    if (provider !== undefined) return [{ provider: provider.toLowerCase(), names }]
    return names.map((name) => {
      const { asked, rest } = providerOf(name, this.#names)
      return { provider: asked?.provider ?? ANYWHERE, names: [rest] }
    })
  }

  /**
   * What an LLM costs where its name says; at its maker or a usual provider if it does not.
   * @param asked its name as asked
   * @param others names that mean the same LLM
   * @returns undefined if no entry is surely its own
   */
  find(asked: string, others: readonly string[] = []): Listing | undefined {
    const { asked: place, rest } = providerOf(asked, this.#names)
    const own = wantedName(rest)
    const same = others.map((name) => wantedName(providerOf(name, this.#names).rest))
    const anyName = (prices: ProviderPrices) => {
      for (const name of [own, ...same]) {
        const found = prices.find(name)
        if (found !== undefined) return found
      }
      return undefined
    }
    if (place !== undefined && !place.isMaker) {
      return this.#search([place.provider, ANYWHERE, ...(RESOLD.get(place.provider) ?? [])], anyName)
    }
    const makers = place === undefined ? MAKING_PROVIDERS : [place.provider, ...MAKING_PROVIDERS]
    return (
      this.#search([ANYWHERE, ...makers], anyName) ??
      // A host's own name of an LLM says where it is asked for, if nobody else calls it so.
      this.#search(SERVING_PROVIDERS, (prices) => prices.findAsItStands(own)) ??
      this.#search(SERVING_PROVIDERS, anyName)
    )
  }

  /** The first provider with a price. A host has its own, or sells at those of the makers; elsewhere nothing is known of it. */
  #search(
    providers: readonly string[],
    find: (prices: ProviderPrices) => ReturnType<ProviderPrices['find']>,
  ): Listing | undefined {
    for (const provider of providers) {
      const prices = this.#pricesOf(provider)
      const found = prices === undefined ? undefined : find(prices)
      if (found === undefined) continue
      const listedAs = provider === ANYWHERE ? found.name : `${provider}/${found.name}`
      return { entry: found.entry, listedAs }
    }
    return undefined
  }

  #pricesOf(provider: string): ProviderPrices | undefined {
    const entries = this.#entries.get(provider)
    if (entries === undefined) return undefined
    const known = this.#providers.get(provider)
    if (known !== undefined) return known
    const prices = new ProviderPrices(entries)
    this.#providers.set(provider, prices)
    return prices
  }
}
