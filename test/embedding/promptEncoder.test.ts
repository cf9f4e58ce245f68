import { expect } from 'chai'
import fc from 'fast-check'

import { WaitingPlaces } from '../../src/batch/waitingPlaces.js'
import { bytesOfEmbedding } from '../../src/embedding/cache/embedding.js'
import { PromptCache } from '../../src/embedding/cache/promptCache.js'
import type { CachedEmbedding } from '../../src/embedding/cache/embedding.js'
import type { Encoder } from '../../src/encoder/encoder.js'
import type { EncoderSpec } from '../../src/encoder/directory.js'
import { PromptEncoder, embeddingKey } from '../../src/embedding/promptEncoder.js'
import { openTokenizer } from '../../src/tokenizer/tokenizer.js'
import type { Tokenizer } from '../../src/tokenizer/tokenizer.js'
import { rejection } from '../rejection.js'
import { ENCODER_DIRECTORY } from '../savedModels.js'

/** The batches that an encoder was given, each answered when the test says so. */
class HandEncoder {
  readonly spec = { fingerprint: 'a'.repeat(64) } as EncoderSpec
  readonly engine = { precision: 'fp32', tokensPerSecond: 2000 } as Encoder['engine']
  readonly concurrency = 1
  readonly batches: { prompts: number; answer: () => void }[] = []
  readonly encode = (prompts: readonly Int32Array[]) =>
    new Promise<Float32Array[]>((resolve) => {
      this.batches.push({
        prompts: prompts.length,
        answer: () => resolve(prompts.map((ids) => Float32Array.from(ids))),
      })
    })
  readonly problem = () => Promise.resolve(undefined)
  readonly close = () => Promise.resolve()
}

describe('PromptEncoder', () => {
  let tokenizer: Tokenizer
  let tokenized = 0
  before(async () => {
    const opened = await openTokenizer(ENCODER_DIRECTORY)
    const encode = (text: string) => {
      tokenized++
      return opened.encode(text)
    }
    tokenizer = { ...opened, encode }
  })

  const make = (queuedTokens = 1000, tokens = 1_000_000, places = new WaitingPlaces(512)) => {
    const limits = { tokens, queuedTokens }
    const encoder = new HandEncoder()
    const cache = new PromptCache<CachedEmbedding>({ maxBytes: 2 ** 20, bytesOf: bytesOfEmbedding })
    return {
      encoder,
      promptEncoder: new PromptEncoder({ tokenizer, encoder, identity: '', cache, limits, places }),
    }
  }
  const long = Array.from({ length: 100 }, (_, i) => `prompt number ${i} with some words`)
  const settle = () => new Promise((resolve) => setTimeout(resolve, 20))

  it('does no encoding for a prompt that was seen before', async () => {
    const { encoder, promptEncoder } = make()
    const first = promptEncoder.embed(['hello', 'world', 'hello'])
    await settle()
    encoder.batches[0]?.answer()
    const [hello, world, again] = await first
    expect(hello).to.equal(again)
    expect(hello).to.deep.include({ tokens: 3, truncated: false })
    expect(await promptEncoder.embed(['world', 'hello'])).to.deep.equal([world, hello])
    expect(encoder.batches.map(({ prompts }) => prompts)).to.deep.equal([2])
  })

  it('rejects requests for an encoder that is saturated, before they take the places of another one', async () => {
    const places = new WaitingPlaces(8)
    const [busy, other] = [make(1000, 1_000_000, places), make(1000, 1_000_000, places)]
    const ask = (text: string) => busy.promptEncoder.embed([text])
    const waiting = [ask('running')]
    await settle()
    waiting.push(...['a', 'b', 'c', 'd'].map(ask))
    const before = tokenized
    expect(await rejection(ask('e'))).to.include({ code: 'OVERLOADED', retryAfterSeconds: 1 })
    expect(tokenized - before).to.equal(4)
    const answered = ['a', 'b'].map((text) => other.promptEncoder.embed([text]))
    await settle()
    other.encoder.batches[0]?.answer()
    await settle()
    other.encoder.batches[1]?.answer()
    expect(await Promise.all(answered)).to.have.length(2)
    busy.encoder.batches[0]?.answer()
    await settle()
    busy.encoder.batches[1]?.answer()
    expect(await Promise.all(waiting)).to.have.length(5)
  })

  it('does not compute what nobody waits for any more', async () => {
    const { encoder, promptEncoder } = make(10_000)
    const controller = new AbortController()
    const abandoned = rejection(promptEncoder.embed(long, controller.signal))
    await settle()
    controller.abort()
    expect(await abandoned).to.have.property('name', 'AbortError')
    encoder.batches[0]?.answer()
    await settle()
    // The batch that ran when the client went was finished; nothing came after it.
    expect(encoder.batches).to.have.length(1)
    expect(encoder.batches[0]?.prompts).to.be.lessThan(100)
  })

  it('lets the longest prompt overtake a long request', async () => {
    const { encoder, promptEncoder } = make(100_000)
    const many = Array.from({ length: 1000 }, (_, i) => `prompt number ${i} with some words`)
    const long = promptEncoder.embed(many)
    await settle()
    const single = promptEncoder.embed(['word '.repeat(300)])
    await settle()
    encoder.batches[0]?.answer()
    await settle()
    encoder.batches[1]?.answer()
    expect((await single)[0]).to.include({ truncated: true })
    const answering = setInterval(() => encoder.batches.forEach(({ answer }) => answer()), 1)
    expect(await long).to.have.length(1000)
    clearInterval(answering)
  })

  it('rejects only a queue of many, before it tokenizes anything, and serves what it accepted', async () => {
    const { encoder, promptEncoder } = make(100)
    const accepted = [promptEncoder.embed(long)]
    await settle()
    for (let i = 0; i < 8; i++) accepted.push(promptEncoder.embed([`${i} ${'word '.repeat(50)}`]))
    await settle()
    const before = tokenized
    const many = Array.from({ length: 1000 }, (_, i) => `${i} ${'word '.repeat(1000)}`)
    expect(await rejection(promptEncoder.embed(many)))
      .to.include({ code: 'OVERLOADED' })
      .and.have.property('retryAfterSeconds')
      .that.is.at.least(1)
    expect(tokenized).to.equal(before)
    accepted.push(promptEncoder.embed(['one more']))
    const answering = setInterval(() => encoder.batches.forEach(({ answer }) => answer()), 1)
    expect((await Promise.all(accepted)).map(({ length }) => length)).to.deep.equal([
      100,
      ...new Array<number>(9).fill(1),
    ])
    clearInterval(answering)
  })

  it('admits single prompts while a request of 2,048 is computed, each in the next batch (fault 4)', async () => {
    const { encoder, promptEncoder } = make(131_072)
    const large = promptEncoder.embed(Array.from({ length: 2048 }, (_, i) => `${i} ${'word '.repeat(300)}`))
    while (encoder.batches.length === 0) await settle()
    for (let i = 0; i < 5; i++) {
      const single = promptEncoder.embed([`single prompt ${i}`])
      await settle()
      const running = encoder.batches.length
      encoder.batches[running - 1]?.answer()
      await settle()
      expect(encoder.batches).to.have.length(running + 1)
      encoder.batches[running]?.answer()
      expect(await single).to.have.length(1)
    }
    await promptEncoder.close()
    expect(await rejection(large)).to.have.property('code', 'ENGINE_UNAVAILABLE')
  })

  it('keeps the vectors of a request that is cut off (fault 4)', async () => {
    const { encoder, promptEncoder } = make(10_000)
    const many = Array.from({ length: 300 }, (_, i) => `prompt number ${i} with some words`)
    const controller = new AbortController()
    const cut = rejection(promptEncoder.embed(many, controller.signal))
    await settle()
    encoder.batches[0]?.answer()
    await settle()
    controller.abort(new Error('too late'))
    expect(await cut).to.have.property('message', 'too late')
    encoder.batches[1]?.answer()
    await settle()
    const before = encoder.batches.reduce((sum, { prompts }) => sum + prompts, 0)
    expect(before).to.be.within(1, 299)
    const answering = setInterval(() => encoder.batches.forEach(({ answer }) => answer()), 1)
    expect(await promptEncoder.embed(many)).to.have.length(300)
    clearInterval(answering)
    expect(encoder.batches.reduce((sum, { prompts }) => sum + prompts, 0)).to.equal(300)
  })

  it('rejects a request with more tokens than it may have', async () => {
    const { promptEncoder } = make(1000, 500)
    const error = await rejection(promptEncoder.embed(long))
    expect(error).to.have.property('code', 'TOO_LARGE')
    expect(error)
      .to.have.property('message')
      .that.matches(
        /^prompts: expected at most 500 tokens, got at least 50\d; LLIMIT_MAX_TOKENS sets the limit$/,
      )
  })
})

const SHA256 = 'a'.repeat(64)

describe('embeddingKey', () => {
  it('differs for different prompts, encoders and precisions', () => {
    const prompts = ['', 'a', 'A', ' a', 'a ', 'e\u0301', '\u00e9', '\ud800', '\udbff', '\ufffd']
    const keys = prompts.map((prompt) => embeddingKey(`${SHA256}:fp32`, prompt))
    keys.push(embeddingKey(`${SHA256}:bf16`, 'a'), embeddingKey(`${'b'.repeat(64)}:fp32`, 'a'))
    expect(new Set(keys).size).to.equal(keys.length)
  })

  it('is the same for the same prompt, and short', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (prompt) => {
        const key = embeddingKey(`${SHA256}:fp32`, prompt)
        expect(key).to.equal(embeddingKey(`${SHA256}:fp32`, prompt))
        expect(key).to.match(/^a{64}:fp32:[\w-]{43}$/)
      }),
    )
  })
})
