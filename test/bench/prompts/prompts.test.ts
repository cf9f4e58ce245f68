import { createHash } from 'node:crypto'

import { expect } from 'chai'

import { drawLength } from '../../../bench/prompts/lengths.js'
import { createPrompts, promptOf, randomFrom, tokensOf } from '../../../bench/prompts/prompts.js'
import { WORDS } from '../../../bench/prompts/words.js'
import { mean } from '../../../src/numeric/mean.js'
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
    const random = randomFrom('lengths')
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
    expect(mean(tokens)).to.be.within(106, 116)
  })

  it('are the same for the same seed, on every machine and in every version', () => {
    // What was measured with them once can be compared with what will be.
    expect(createPrompts('a').exact(1, 10)).to.deep.equal(['Better answer increase among model matter eye.'])
    const many = JSON.stringify([createPrompts('x').real(500), createPrompts('y').exact(50, 32)])
    expect(createHash('sha256').update(many).digest('hex')).to.equal(
      'e923985981eb6f737d8b3b821b32fbe133667b02d99d9036573220b4eae1819f',
    )
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
