/* eslint-disable @typescript-eslint/non-nullable-type-assertion-style -- the loops below are all the time of the encoder; at() doubles it, and every index is below a length by construction */
import { LLimitError } from '../../errors.js'
import { openPieces } from '../../tokenizer/tokenizer.js'
import { readStaticSpec } from './staticSpec.js'
import type { StaticConfig, StaticSpec } from './staticSpec.js'
import { damped, TokenCounter } from './tokenCounts.js'
import { readTokenMatrix } from './tokenMatrix.js'
import type { TokenMatrix } from './tokenMatrix.js'

/** The vector of one prompt, with what was read of it. */
export interface StaticEmbedding {
  /** [E] */
  vector: Float32Array
  /** Tokens of the whole prompt. */
  tokens: number
  /** Whether tokens at its end were not read. */
  truncated: boolean
}

/**
 * Static token vectors: the damped mean of the rows of a prompt's tokens, of unit length where the encoder says so. It is
 * plain arithmetic over one array, about 0.1 ms for a prompt of mean length, and runs where the request is.
 */
export class StaticEncoder {
  readonly spec: StaticSpec
  readonly dimension: number
  /** Number format of the matrix, and its size in memory. */
  readonly description: string
  readonly #pieces: (text: string) => readonly number[]
  readonly #matrix: TokenMatrix
  readonly #counter: TokenCounter

  private constructor(spec: StaticSpec, matrix: TokenMatrix, pieces: (text: string) => readonly number[]) {
    this.spec = spec
    this.dimension = matrix.columns
    this.description = `static, ${matrix.rows} tokens, ${matrix.type}`
    this.#matrix = matrix
    this.#counter = new TokenCounter(matrix.rows)
    this.#pieces = pieces
  }

  /** @throws LLimitError MODEL_BROKEN, naming the file that cannot be used. */
  static async open(directory: string): Promise<StaticEncoder> {
    const spec = await readStaticSpec(directory)
    const matrix = readTokenMatrix(spec.tensors)
    const { pieces, vocabulary } = await openPieces(spec.tensorDirectory)
    if (vocabulary > matrix.rows) {
      const fault = `expected ids below ${matrix.rows}, the rows of model.safetensors, got ${vocabulary - 1}`
      throw new LLimitError('MODEL_BROKEN', `tokenizer.json of the encoder: ${fault}`)
    }
    return new StaticEncoder(spec, matrix, pieces)
  }

  /** Tokens that are read of a prompt at most. */
  get maxTokens(): number {
    return this.spec.config.max_tokens ?? Infinity
  }

  /** Never fails, whatever the text; a text without tokens has the zero vector. */
  encode(text: string): StaticEmbedding {
    const ids = this.#pieces(text)
    const counts = this.#counter.count(ids, this.maxTokens)
    const vector = weightedMean(this.#matrix, counts.ids, counts.counts, this.spec.config)
    return { vector, tokens: ids.length, truncated: ids.length > this.maxTokens }
  }
}

/**
 * @param ids [n] distinct tokens, `counts` [n] how often each occurs
 * @returns [E]: sum of damped(count) times row, divided by the sum of damped(count) or, normalized, by its own length; summed in float64.
 */
export function weightedMean(
  matrix: TokenMatrix,
  ids: Int32Array,
  counts: Int32Array,
  { count_damping: damping, normalize }: Pick<StaticConfig, 'count_damping' | 'normalize'>,
): Float32Array {
  const { columns: E, data } = matrix
  const sums = new Float64Array(E)
  let total = 0
  // Plain indexing: bounds were checked when the tokens were counted, and this is the time of the whole encoder.
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i] as number
    const share = damped(counts[i] as number, damping)
    total += share
    const factor = matrix.type === 'int8' ? share * (matrix.scales[id] as number) : share
    for (let e = 0, from = id * E; e < E; e++, from++) {
      sums[e] = (sums[e] as number) + factor * (data[from] as number)
    }
  }
  const length = normalize ? Math.sqrt(sums.reduce((sum, value) => sum + value * value, 0)) : total
  const vector = new Float32Array(E)
  // Without tokens, or where rows cancel out, there is no direction: the zero vector.
  if (length > 0) for (let e = 0; e < E; e++) vector[e] = (sums[e] as number) / length
  return vector
}
