import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'

import { expect } from 'chai'
import fc from 'fast-check'

import { readPriceFile } from '../../src/catalogue/priceFile.js'
import { LLimitError } from '../../src/errors.js'
import { rejection } from '../rejection.js'

const price = fc.double({ min: 0, max: 1000, noNaN: true }).map((value) => value + 0)
const entry = fc.record(
  {
    names: fc.array(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 3 }),
    provider: fc.string({ minLength: 1 }),
    input_price: price,
    output_price: price,
    tiers: fc
      .uniqueArray(fc.integer({ min: 1, max: 10 ** 6 }), { maxLength: 3 })
      .map((starts) =>
        starts.sort((a, b) => a - b).map((above) => ({ above, input_price: 1, output_price: 2 })),
      ),
    context_limit: fc.integer({ min: 1 }),
  },
  { requiredKeys: ['names', 'input_price', 'output_price'] },
)

async function rejectionOf(promise: Promise<unknown>): Promise<LLimitError> {
  const error = await rejection(promise)
  if (error instanceof LLimitError) return error
  throw error
}

describe('readPriceFile', () => {
  let folder: string
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'llimit-prices-'))
  })
  after(() => rm(folder, { recursive: true }))

  const read = async (contents: unknown) => {
    const file = path.join(folder, 'prices.json')
    await writeFile(file, typeof contents === 'string' ? contents : JSON.stringify(contents))
    return readPriceFile(file, 'my-prices.json')
  }
  const faultOf = async (contents: unknown) => {
    const { code, message } = await rejectionOf(read(contents))
    expect(code).to.equal('INVALID_FILE')
    return message
  }
  const of = (...prices: unknown[]) => ({ as_of: '2026-11-01', prices })
  const GOOD = { names: ['gpt-4o'], input_price: 2.5, output_price: 10 }

  it('gives back what a file says', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(entry, { selector: ({ provider }) => provider }), async (entries) => {
        const once = entries.map((one, i) => ({
          ...one,
          names: [...new Set(one.names)].map((n) => `${i} ${n}`),
        }))
        const { asOf, entries: read_ } = await read(of(...once))
        expect(asOf).to.equal('2026-11-01')
        // As JSON has them: it writes -0 as 0.
        expect(read_).to.deep.equal(JSON.parse(JSON.stringify(once)))
      }),
      { numRuns: 50 },
    )
  })

  it('fails on any other JSON with an error that names the file', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        const error = await rejectionOf(read(value))
        expect(error.message).to.match(/^my-prices\.json: /)
        const inside = await rejectionOf(read(of(GOOD, value)))
        expect(inside.message).to.match(/^my-prices\.json: prices\[1\]/)
      }),
      { numRuns: 50 },
    )
  })

  it('names the entry, the field, what is expected and what it is', async () => {
    expect(await faultOf(of(GOOD, { names: ['o1', 'o1-x'], input_price: 1 }))).to.equal(
      'my-prices.json: prices[1] ("o1"): output_price: expected dollars for a million tokens, got nothing',
    )
    expect(await faultOf(of({ ...GOOD, input_price: -1 }))).to.equal(
      'my-prices.json: prices[0] ("gpt-4o"): input_price: expected dollars for a million tokens, 0 or more, got -1',
    )
    expect(await faultOf(of({ ...GOOD, price: 3 }))).to.equal(
      'my-prices.json: prices[0] ("gpt-4o"): the entry: expected no field "price"',
    )
    expect(await faultOf(of({ ...GOOD, names: [] }))).to.match(
      /prices\[0\]: names: expected at least one name/,
    )
    const tier = { input_price: 1, output_price: 1 }
    const tiers = [
      { above: 9, ...tier },
      { above: 9, ...tier },
    ]
    expect(await faultOf(of({ ...GOOD, tiers }))).to.match(/tiers: expected tiers by rising `above`/)
    expect(await faultOf({ as_of: 'today', prices: [] })).to.equal(
      'my-prices.json: as_of: expected a day as YYYY-MM-DD, got "today"',
    )
    expect(await faultOf('[')).to.match(/^my-prices\.json: expected JSON/)
  })

  it('refuses two prices of one name at one provider, and takes them at two', async () => {
    const at = (provider: string) => ({ ...GOOD, provider })
    expect(await faultOf(of(at('azure'), at('openai'), { ...at('Azure'), names: ['x', 'GPT-4o'] }))).to.equal(
      'my-prices.json: prices[2]: expected one price of each name at "Azure", got another of "GPT-4o" in prices[0]',
    )
    expect(await faultOf(of(GOOD, GOOD))).to.match(/expected one price of each name, got another of "gpt-4o"/)
    expect((await read(of(at('azure'), at('openai'), GOOD))).entries).to.have.length(3)
  })

  it('says that a file is not there', async () => {
    const error = await rejectionOf(readPriceFile(path.join(folder, 'none.json'), 'none.json'))
    expect(error.message).to.equal('none.json: expected a file, found none')
  })
})
