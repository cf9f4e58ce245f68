import { expect } from 'chai'
import fc from 'fast-check'

import { Spending } from '../../src/collect/spending.js'

const PRICE = { inputPrice: 1, outputPrice: 10, tiers: [{ above: 1000, inputPrice: 2, outputPrice: 20 }] }
const request = (content: string, parameters = {}) => ({
  llm: 'a',
  messages: [{ role: 'user' as const, content }],
  parameters,
})
const completion = (inputTokens: number | undefined, outputTokens: number | undefined) => ({
  ...{ text: '', isCut: false },
  ...{ inputTokens, outputTokens },
})
const open = (cap: number | undefined, spent = 0) =>
  new Spending({ priceOf: (llm) => (llm === 'a' ? PRICE : undefined), cap, spent })

describe('Spending', () => {
  it('counts dollars of a million tokens, by tiers', async () => {
    const spending = open(undefined)
    const one = await spending.reserve(request('x'))
    expect(one && spending.settle(one, request('x'), completion(100, 10))).to.equal(200e-6)
    const other = await spending.reserve(request('x'))
    expect(other && spending.settle(other, request('x'), completion(2000, 10))).to.be.closeTo(4200e-6, 1e-12)
    expect(spending.spent).to.be.closeTo(4400e-6, 1e-12)
  })

  it('counts what was set aside if the endpoint counts no tokens, and nothing of what failed', async () => {
    const spending = open(1)
    const asked = request('x', { max_tokens: 100 })
    const one = await spending.reserve(asked)
    expect(one && spending.settle(one, asked, completion(undefined, undefined))).to.equal(one?.atMost)
    const other = await spending.reserve(asked)
    expect(other && spending.settle(other, asked, undefined)).to.equal(undefined)
    expect(spending.spent).to.equal(one?.atMost)
  })

  it('does not bound an LLM without a price', async () => {
    const spending = open(0)
    const free = { ...request('x'), llm: 'b' }
    const one = await spending.reserve(free)
    expect(one && spending.settle(one, free, completion(1, 1))).to.equal(undefined)
    expect(await spending.reserve(request('x'))).to.equal(undefined)
  })

  it('never exceeds the cap if the output is bounded, whoever asks at once', async () => {
    const job = fc.record({
      text: fc.string({ unit: 'binary', maxLength: 200 }),
      used: fc.double({ min: 0, max: 1, noNaN: true }),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.array(job, { maxLength: 40 }),
        fc.double({ min: 0, max: 0.05, noNaN: true }),
        fc.double({ min: 0, max: 0.01, noNaN: true }),
        async (jobs, cap, before) => {
          fc.pre(before <= cap)
          const spending = open(cap, before)
          await Promise.all(
            jobs.map(async ({ text, used }) => {
              const asked = request(text, { max_tokens: 50 })
              const reservation = await spending.reserve(asked)
              if (reservation === undefined) return
              await new Promise((resolve) => setImmediate(resolve))
              // No tokenizer makes more tokens than there are bytes.
              const tokens = Math.floor(used * Buffer.byteLength(text))
              spending.settle(reservation, asked, completion(tokens, Math.floor(used * 50)))
            }),
          )
          expect(spending.spent).to.be.at.most(cap + 1e-12)
        },
      ),
    )
  })

  it('lets a request wait for one that may leave enough', async () => {
    const asked = request('x', { max_tokens: 100 })
    const spending = open(0.0017)
    const first = await spending.reserve(asked)
    let isReserved = false
    const second = spending.reserve(asked).then((reservation) => {
      isReserved = true
      return reservation
    })
    await new Promise((resolve) => setImmediate(resolve))
    expect(isReserved).to.equal(false)
    if (first !== undefined) spending.settle(first, asked, completion(1, 1))
    expect(await second).to.not.equal(undefined)
  })
})
