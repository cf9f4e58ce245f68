import { readEncoderSpec } from '../../src/encoder/directory.js'
import type { BertConfig } from '../../src/encoder/directory.js'
import { groupByTokens } from '../../src/encoder/packing.js'
import { isLinearMatrix, weightTable } from '../../src/encoder/weights.js'
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
  const [tokenizer, { bert }] = await Promise.all([
    openTokenizer(ENCODER_DIRECTORY),
    readEncoderSpec(ENCODER_DIRECTORY),
  ])
  const source = createPrompts('encoder')
  const idsOf = (texts: readonly string[]) => texts.map((text) => [...tokenizer.encode(text).ids])
  const even = idsOf(source.exact(32, 32))
  const real = idsOf(source.real(prompts))
  const groups = groupByTokens(
    real.map(({ length }) => length),
    { tokens: BATCH_TOKENS },
  )
  const sorted = groups.map((group) => group.map((index) => at(real, index)))
  return [
    setOf('one batch of 32 prompts of 32 tokens', [even], bert),
    setOf(`${prompts} prompts of real lengths, sorted into batches`, sorted, bert),
  ]
}

function setOf(title: string, batches: number[][][], bert: BertConfig): EncodeSet {
  const lengths = batches.flat().map(({ length }) => length)
  const tokens = lengths.reduce((sum, length) => sum + length, 0)
  return { title, batches, tokens, flops: encodeFlops(lengths, bert) }
}

/** Multiplications and additions of the matrix products: those of linear layers for each token, of attention for each pair. */
export function encodeFlops(lengths: readonly number[], bert: BertConfig): number {
  const matrices = weightTable(bert).filter(isLinearMatrix)
  const perToken = 2 * matrices.reduce((sum, { shape }) => sum + at(shape, 0) * at(shape, 1), 0)
  const perPair = 4 * bert.hidden_size * bert.num_hidden_layers
  return lengths.reduce((sum, length) => sum + perToken * length + perPair * length ** 2, 0)
}
