import { LLimitError } from '../../errors.js'
import { piecesOf } from '../../tokenizer/tokenizer.js'
import type { Pieces } from '../../tokenizer/tokenizer.js'
import { at } from '../../numeric/at.js'
import { readReference } from '../reference.js'
import type { ReferenceVector } from '../reference.js'
import { readStaticSpec } from './staticSpec.js'
import type { StaticFiles, StaticSpec } from './staticSpec.js'
import { TokenCounter } from './tokenCounts.js'
import { readTokenMatrix } from './tokenMatrix.js'
import { openRowSums } from './rowSums.js'
import type { RowSums } from './rowSums.js'
import { weightedMean } from './weightedMean.js'

/** Largest difference of an element to a reference vector: float32 sums in another order. */
const TOLERANCE = 5e-6

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
  readonly #pieces: Pieces
  readonly #sums: RowSums
  readonly #counter: TokenCounter

  private constructor(
    spec: StaticSpec,
    matrix: { rows: number; columns: number; type: string },
    sums: RowSums,
    pieces: Pieces,
  ) {
    this.spec = spec
    this.dimension = matrix.columns
    this.description = `static, ${matrix.rows} tokens, ${matrix.type}`
    this.#sums = sums
    this.#counter = new TokenCounter(matrix.rows)
    this.#pieces = pieces
  }

  /**
   * @param files of the directory, if they were read already
   * @throws LLimitError MODEL_BROKEN, naming the file that cannot be used.
   */
  static async open(directory: string, files?: StaticFiles): Promise<StaticEncoder> {
    const { tensors, tokenizer, ...spec } = files ?? (await readStaticSpec(directory))
    const matrix = readTokenMatrix(tensors)
    const pieces = piecesOf(tokenizer)
    const { vocabulary } = pieces
    if (vocabulary > matrix.rows) {
      const fault = `expected ids below ${matrix.rows}, the rows of model.safetensors, got ${vocabulary - 1}`
      throw new LLimitError('MODEL_BROKEN', `tokenizer.json of the encoder: ${fault}`)
    }
    const encoder = new StaticEncoder(spec, matrix, openRowSums(matrix), pieces)
    const bounds = { dimension: matrix.columns, vocabulary: matrix.rows }
    encoder.#test(await readReference(directory, bounds))
    return encoder
  }

  /** Holds what computes here to the vectors that were written with the encoder, by plain float64 arithmetic. */
  #test(reference: readonly ReferenceVector[]): void {
    for (const { ids, vector } of reference) {
      const found = this.#vectorOf(ids)
      const error = vector.reduce((most, value, e) => Math.max(most, Math.abs(value - at(found, e))), 0)
      // A comparison with NaN is false, so it counts as a failure.
      if (error <= TOLERANCE) continue
      throw new LLimitError(
        'MODEL_BROKEN',
        `Expected reference vectors to within ${TOLERANCE}, got a difference of ${error.toExponential(1)}; install the encoder again`,
      )
    }
  }

  #vectorOf(ids: ArrayLike<number>): Float32Array {
    return weightedMean(this.#sums, this.#counter.count(ids, this.maxTokens), this.spec.config)
  }

  /** Tokens that are read of a prompt at most. */
  get maxTokens(): number {
    return this.spec.config.max_tokens ?? Infinity
  }

  /** Never fails, whatever the text; a text without tokens has the zero vector. */
  encode(text: string): StaticEmbedding {
    return this.#embeddingOf(this.#pieces.pieces(this.spec.prompt + text))
  }

  /** The same in steps, for a long text. */
  *encodeInSteps(text: string): Generator<void, StaticEmbedding> {
    return this.#embeddingOf(yield* this.#pieces.piecesInSteps(this.spec.prompt + text))
  }

  #embeddingOf(ids: readonly number[]): StaticEmbedding {
    return { vector: this.#vectorOf(ids), tokens: ids.length, truncated: ids.length > this.maxTokens }
  }
}
