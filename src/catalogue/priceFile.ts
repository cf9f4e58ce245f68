import { z } from 'zod'

import { LLimitError, quote } from '../errors.js'
import { readJsonFile } from '../jsonFile.js'
import { at } from '../numeric/at.js'
import { describeIssues } from '../validation.js'

/** Of a million tokens, in dollars. */
const dollars = z
  .number('expected dollars for a million tokens')
  .min(0, 'expected dollars for a million tokens, 0 or more')
const tokens = z.int('expected a number of tokens').positive('expected a number of tokens above 0')

/** What is expected of an object, but for a field that it should not have, of which Zod says more. */
function orUnknownField(expectation: string) {
  return ({ code }: { code: string }) => (code === 'unrecognized_keys' ? undefined : expectation)
}

const pricePair = { input_price: dollars, output_price: dollars }

const entrySchema = z.strictObject(
  {
    names: z
      .array(z.string().min(1, 'expected a name'), 'expected an array of names')
      .min(1, 'expected at least one name'),
    provider: z.exactOptional(z.string().min(1, 'expected the name of a provider')),
    ...pricePair,
    /** Prices of a prompt of more than `above` tokens, for all of its tokens and those of the answer. */
    tiers: z.exactOptional(
      z
        .array(z.strictObject({ above: tokens, ...pricePair }))
        .refine(
          (tiers) => tiers.every(({ above }, i) => i === 0 || above > at(tiers, i - 1).above),
          'expected tiers by rising `above`',
        ),
    ),
    context_limit: z.exactOptional(tokens),
  },
  { error: orUnknownField('expected an object with names, input_price and output_price') },
)

const fileSchema = z.strictObject(
  {
    as_of: z.string().regex(/^20\d\d-\d\d-\d\d$/, 'expected a day as YYYY-MM-DD'),
    source: z.exactOptional(z.string()),
    prices: z.array(z.unknown(), 'expected an array of prices'),
  },
  { error: orUnknownField('expected an object with as_of and prices') },
)

/** What some names of LLMs cost, at one provider or, if none is named, wherever. */
export type PriceEntry = z.infer<typeof entrySchema>

export interface PriceFile {
  /** The day on which they were the prices. */
  asOf: string
  entries: readonly PriceEntry[]
}

/**
 * Reads a file of prices.
 * @param name of the file, as messages call it
 * @throws LLimitError INVALID_FILE naming the entry, the field, what is expected and what it is.
 */
export async function readPriceFile(file: string, name: string): Promise<PriceFile> {
  const { as_of, prices } = await readJsonFile(file, fileSchema, { name, code: 'INVALID_FILE' })
  const entries = prices.map((value, i) => {
    const parsed = entrySchema.safeParse(value, { reportInput: true })
    if (parsed.success) return parsed.data
    const faults = describeIssues(parsed.error, 'the entry')
    throw new LLimitError('INVALID_FILE', `${name}: prices[${i}]${calledIn(value)}: ${faults}`)
  })
  checkTwice(entries, name)
  return { asOf: as_of, entries }
}

/** Its first name, for a message. */
function calledIn(value: unknown): string {
  const names = z.object({ names: z.array(z.string()).min(1) }).safeParse(value)
  return names.success ? ` (${quote(at(names.data.names, 0))})` : ''
}

/** A name that has two prices has none that is sure. */
function checkTwice(entries: readonly PriceEntry[], file: string): void {
  const seen = new Map<string, number>()
  for (const [i, { provider = '', names }] of entries.entries()) {
    for (const name of names) {
      const key = `${provider}/${name}`.toLowerCase()
      const before = seen.get(key)
      if (before !== undefined && before !== i) {
        const where = provider === '' ? '' : ` at ${quote(provider)}`
        const message = `expected one price of each name${where}, got another of ${quote(name)} in prices[${before}]`
        throw new LLimitError('INVALID_FILE', `${file}: prices[${i}]: ${message}`)
      }
      seen.set(key, i)
    }
  }
}
