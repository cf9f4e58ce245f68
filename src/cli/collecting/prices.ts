import { existsSync } from 'node:fs'
import path from 'node:path'

import { readCatalogue } from '../../catalogue/catalogue.js'
import { readPriceFile } from '../../catalogue/priceFile.js'
import { PriceTable } from '../../catalogue/priceTable.js'
import type { Config } from '../../config/config.js'
import { SHIPPED_PRICES } from '../../config/settings.js'
import { LLimitError } from '../../errors.js'
import { LlmPrices } from '../../selection/llmPrices.js'
import type { LlmPrice } from '../../selection/llmPrices.js'
import type { CollectOptions } from './flags.js'

type Price = Omit<LlmPrice, 'source' | 'listedAs'>

/**
 * What each LLM costs: by the flags, else by the operator's file or the shipped one.
 * @returns undefined for an LLM that none of them has
 * @throws LLimitError INVALID_ARGUMENT if costs are capped and a price is not known.
 */
export async function pricesOf(
  llms: readonly string[],
  { inputPrice, outputPrice, maxCost }: CollectOptions,
  config: Config,
): Promise<ReadonlyMap<string, Price | undefined>> {
  if (inputPrice !== undefined && outputPrice !== undefined)
    return new Map(llms.map((llm) => [llm, { inputPrice, outputPrice, tiers: [] }]))
  const read = async (file: string) => new PriceTable(await readPriceFile(file, path.basename(file)))
  const tables = {
    file: config.prices === undefined ? undefined : await read(config.prices),
    shipped: existsSync(SHIPPED_PRICES) ? await read(SHIPPED_PRICES) : undefined,
  }
  const known = new LlmPrices(await readCatalogue(config.encoderRoots), tables)
  const prices = new Map(llms.map((llm) => [llm, known.of(llm, llm).price]))
  const without = llms.filter((llm) => prices.get(llm) === undefined)
  if (maxCost === undefined || without.length === 0) return prices
  const message =
    `--max-cost: expected a price of each LLM, found none of ${without.join(', ')}; ` +
    'give --input-price and --output-price, or --prices with a file of them'
  throw new LLimitError('INVALID_ARGUMENT', message)
}
