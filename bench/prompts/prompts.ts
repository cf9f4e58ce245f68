import { createHash } from 'node:crypto'

import { at } from '../../src/numeric/at.js'
import { mulberry32 } from '../../src/numeric/random.js'
import type { Random } from '../../src/numeric/random.js'
import { drawLength } from './lengths.js'
import { WORDS } from './words.js'

/** [CLS] and [SEP], which the tokenizer puts around every prompt. */
const SPECIAL_TOKENS = 2

/** A source of prompts that look like English and mean nothing; the same for the same seed. */
export interface PromptSource {
  /** Prompts of the real distribution of lengths. */
  real(count: number): string[]
  /** Prompts of exactly `tokens` tokens, [CLS] and [SEP] included. */
  exact(count: number, tokens: number): string[]
}

/** Random numbers that any text may seed. */
export function randomFrom(seed: string): Random {
  return mulberry32(createHash('sha256').update(seed).digest().readInt32LE())
}

/** @param seed prompts of different seeds have nothing in common that a cache of whole prompts could use. */
export function createPrompts(seed: string): PromptSource {
  const random = randomFrom(seed)
  return {
    real: (count) => Array.from({ length: count }, () => promptOf(drawLength(random), random)),
    exact: (count, tokens) => Array.from({ length: count }, () => promptOf(tokens, random)),
  }
}

/** Of a prompt that was made here: every word and every mark is one piece. */
export function tokensOf(prompt: string): number {
  return [...prompt.matchAll(/\w+|[.?]/g)].length + SPECIAL_TOKENS
}

/** Sentences of 5 to 14 words, cut so that words and marks together are the tokens wanted: each is one word piece. */
export function promptOf(tokens: number, random: Random): string {
  let left = tokens - SPECIAL_TOKENS
  const sentences: string[] = []
  while (left > 0) {
    // One token is the mark at the end; a rest too short for a sentence of its own goes to this one.
    const drawn = 6 + Math.floor(10 * random())
    const length = left - drawn < 3 ? left : drawn
    sentences.push(sentenceOf(length, random))
    left -= length
  }
  return sentences.join(' ')
}

/** @param tokens its words and the mark that ends it */
function sentenceOf(tokens: number, random: Random): string {
  const words = Array.from({ length: tokens - 1 }, () => at(WORDS, Math.floor(random() * WORDS.length)))
  const text = words.join(' ')
  return text.charAt(0).toUpperCase() + text.slice(1) + (random() < 0.2 ? '?' : '.')
}
