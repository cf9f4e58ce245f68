import { groupByTokens } from '../../src/encoder/packing.js'
import { at } from '../../src/numeric/at.js'
import { openTokenizer } from '../../src/tokenizer/tokenizer.js'
import { ENCODER_DIRECTORY } from '../paths.js'
import { createPrompts } from '../prompts/prompts.js'

/** Padded tokens of one batch: more are no faster on a processor. */
const BATCH_TOKENS = 2048

/** Prompts in batches, with what their size is counted by. */
export interface EncodeSet {
  title: string
  batches: number[][][]
  /** Tokens of all prompts, padding not counted. */
  tokens: number
  /** Floating-point operations that the encoder needs for them, padding not counted. */
  flops: number
}

/** One batch of 32 prompts of 32 tokens, and prompts of real lengths, sorted into batches of nearly equal length. */
export async function encodeSets(prompts: number): Promise<EncodeSet[]> {
  const tokenizer = await openTokenizer(ENCODER_DIRECTORY)
  const source = createPrompts('encoder')
  const idsOf = (texts: readonly string[]) => texts.map((text) => [...tokenizer.encode(text).ids])
  const even = idsOf(source.exact(32, 32))
  const real = idsOf(source.real(prompts))
  const groups = groupByTokens(
    real.map(({ length }) => length),
    BATCH_TOKENS,
  )
  const sorted = groups.map((group) => group.map((index) => at(real, index)))
  return [
    setOf('one batch of 32 prompts of 32 tokens', [even]),
    setOf(`${prompts} prompts of real lengths, sorted into batches`, sorted),
  ]
}

function setOf(title: string, batches: number[][][]): EncodeSet {
  const lengths = batches.flat().map(({ length }) => length)
  const tokens = lengths.reduce((sum, length) => sum + length, 0)
  return { title, batches, tokens, flops: encodeFlops(lengths) }
}

/** Multiplications and additions of the matrix products of all-MiniLM-L6-v2: six layers of width 384 and 1536. */
export function encodeFlops(lengths: readonly number[]): number {
  const linear = 2 * (4 * 384 ** 2 + 2 * 384 * 1536)
  const attention = 4 * 384
  return lengths.reduce((sum, length) => sum + 6 * (linear * length + attention * length ** 2), 0)
}
