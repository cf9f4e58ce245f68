import { expect } from 'chai'

import { drawLength } from '../../../bench/prompts/lengths.js'
import { createPrompts, promptOf, tokensOf } from '../../../bench/prompts/prompts.js'
import { createRandom } from '../../../bench/prompts/random.js'
import { WORDS } from '../../../bench/prompts/words.js'
import { openTokenizer } from '../../../src/tokenizer/tokenizer.js'
import type { Tokenizer } from '../../../src/tokenizer/tokenizer.js'
import { ENCODER_DIRECTORY } from '../../savedModels.js'

describe('prompts of the benchmark', () => {
  let tokenizer: Tokenizer
  before(async () => {
    tokenizer = await openTokenizer(ENCODER_DIRECTORY)
  })

  it('are made of words that are one token each', () => {
    for (const word of WORDS) expect(tokenizer.encode(word).tokens, word).to.equal(3)
    expect(new Set(WORDS).size).to.equal(WORDS.length)
  })

  it('have exactly the tokens asked for, for every length that the encoder takes', () => {
    const random = createRandom('lengths')
    for (let tokens = 4; tokens <= 256; tokens++) {
      const prompt = promptOf(tokens, random)
      expect(tokenizer.encode(prompt).tokens).to.equal(tokens)
      expect(tokensOf(prompt)).to.equal(tokens)
    }
    for (const prompt of createPrompts('exact').exact(20, 32))
      expect(tokenizer.encode(prompt).tokens).to.equal(32)
  })

  it('follow the real distribution of lengths', () => {
    const tokens = createPrompts('real')
      .real(2000)
      .map((prompt) => tokenizer.encode(prompt).tokens)
      .sort((a, b) => a - b)
    expect(tokens[0]).to.be.within(7, 9)
    expect(tokens[1000]).to.be.within(92, 108)
    expect(tokens.at(-1)).to.equal(256)
    const mean = tokens.reduce((sum, count) => sum + count, 0) / tokens.length
    expect(mean).to.be.within(106, 116)
  })

  it('are the same for the same seed, and never twice the same', () => {
    expect(createPrompts('a').real(5)).to.deep.equal(createPrompts('a').real(5))
    const prompts = [...createPrompts('a').real(1000), ...createPrompts('b').real(1000)]
    expect(new Set(prompts).size).to.equal(2000)
  })
})

describe('drawLength', () => {
  it('reaches both ends of the distribution', () => {
    expect(drawLength(() => 0)).to.equal(7)
    expect(drawLength(() => 0.5)).to.equal(100)
    expect(drawLength(() => 0.999999)).to.equal(256)
  })
})
