import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

import { waitForUpdate } from '@pydantic/genai-prices'
import type { ConditionalPrice, MatchLogic, ModelInfo, ModelPrice } from '@pydantic/genai-prices'

import { parseName } from '../src/catalogue/parsedName.js'
import type { PriceEntry } from '../src/catalogue/priceFile.js'

/** Compiled scripts are in dist/scripts, two folders below the root. */
const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** `npm run prices -- --source "@pydantic/genai-prices 0.1.8" --as-of 2026-09-23`: the day of that version, which it does not say. */
const { values } = parseArgs({
  options: {
    source: { type: 'string' },
    'as-of': { type: 'string' },
    out: { type: 'string', default: path.join(ROOT, 'saved_models/prices.json') },
  },
})
const { source, 'as-of': asOf, out } = values
if (source === undefined || asOf === undefined) throw new Error('expected --source and --as-of, got nothing')

/** The package has prices over time: these are those of the day, where they depend on the hour the highest. */
function pricesOn(day: string, prices: ModelInfo['prices']): ModelPrice {
  if (!Array.isArray(prices)) return prices
  const isHourly = ({ constraint }: ConditionalPrice) => constraint?.type === 'time_of_date'
  const started = prices.filter(
    ({ constraint }) =>
      constraint === undefined || (constraint.type === 'start_date' && constraint.start_date <= day),
  )
  const [first, ...others] = [...started.slice(-1), ...prices.filter(isHourly)].map((one) => one.prices)
  if (first === undefined) throw new Error('expected a price without a condition')
  const base = (price: ModelPrice) => baseOf(price['output_mtok'] ?? 0)
  return others.reduce((most, one) => (base(one) > base(most) ? one : most), first)
}

type Price = NonNullable<ModelPrice[string]>

const baseOf = (price: Price) => (typeof price === 'number' ? price : price.base)
const priceAbove = (price: Price, tokens: number) =>
  typeof price === 'number'
    ? price
    : (price.tiers.findLast(({ start }) => start <= tokens)?.price ?? price.base)

function tiersOf(input: Price, output: Price): PriceEntry['tiers'] {
  const starts = [input, output].flatMap((price) =>
    typeof price === 'number' ? [] : price.tiers.map(({ start }) => start),
  )
  return [...new Set(starts)]
    .sort((a, b) => a - b)
    .map((above) => ({
      above,
      input_price: priceAbove(input, above),
      output_price: priceAbove(output, above),
    }))
}

interface Matched {
  name: string
  /** Whether the name is all; else names that begin with it or contain it are meant too. */
  isWhole: boolean
}

/** What names are, begin with or contain; not what patterns describe. */
function namesIn(match: MatchLogic): Matched[] {
  if ('or' in match) return match.or.flatMap(namesIn)
  if ('and' in match) return match.and.flatMap(namesIn)
  if ('equals' in match) return [{ name: match.equals, isWhole: true }]
  if ('starts_with' in match) return [{ name: match.starts_with, isWhole: false }]
  if ('contains' in match) return [{ name: match.contains, isWhole: false }]
  return 'ends_with' in match ? [{ name: match.ends_with, isWhole: false }] : []
}

const wordsOf = (name: string) => parseName(name).words.join(' ')
/** Versions and sizes; none is no contradiction. */
const numbersIn = (name: string) =>
  parseName(name)
    .words.filter((word) => /\d/.test(word))
    .join(' ')

/**
 * Names as an API takes them. The ends that join a part to a date are cut. A part of names, such as
 * `gemini-2.5` of one called `gemini-2.5-pro`, and a name of another version or size are no names of the LLM.
 */
function namesOf({ id, match }: ModelInfo): string[] {
  const tidy = (name: string) =>
    name
      .replace(/^~/, '')
      .replace(/^regional\./, 'us.')
      .replace(/[-@:]+$/, '')
  const matched = namesIn(match).map(({ name, isWhole }) => ({ name: tidy(name), isWhole }))
  const whole = [tidy(id), ...matched.filter(({ isWhole }) => isWhole).map(({ name }) => name)]
  const words = new Set(whole.map(wordsOf))
  const parts = matched.filter(({ name, isWhole }) => !isWhole && words.has(wordsOf(name)))
  const numbers = numbersIn(id)
  return [...new Set([...whole, ...parts.map(({ name }) => name)])].filter((name) =>
    ['', numbers].includes(numbers === '' ? '' : numbersIn(name)),
  )
}

const seen = new Set<string>()
const entries: PriceEntry[] = []
for (const { id: provider, models } of (await waitForUpdate()) ?? []) {
  for (const model of models) {
    const { input_mtok: input, output_mtok: output } = pricesOn(asOf, model.prices)
    const isFree = model.id.endsWith(':free')
    if (model.id.startsWith('ft:') || (!isFree && (input === undefined || output === undefined))) continue
    // Of two entries of one name the package takes the first.
    const names = namesOf(model).filter((name) => !seen.has(`${provider}/${name}`.toLowerCase()))
    for (const name of names) seen.add(`${provider}/${name}`.toLowerCase())
    if (names.length === 0) continue
    const tiers = tiersOf(input ?? 0, output ?? 0)
    entries.push({
      provider,
      names,
      input_price: baseOf(input ?? 0),
      output_price: baseOf(output ?? 0),
      ...(tiers === undefined || tiers.length === 0 ? {} : { tiers }),
      ...(model.context_window === undefined ? {} : { context_limit: model.context_window }),
    })
  }
}
const lines = entries.map((entry) => `    ${JSON.stringify(entry)}`).join(',\n')
const head = `  "as_of": ${JSON.stringify(asOf)},\n  "source": ${JSON.stringify(source)},`
await writeFile(out, `{\n${head}\n  "prices": [\n${lines}\n  ]\n}\n`)
