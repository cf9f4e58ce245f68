/* eslint-disable @typescript-eslint/non-nullable-type-assertion-style --
   The softmax is half the time of a prompt; every index is below a length by construction. */
import { probabilityOf } from '../calibration/probability.js'
import type { LogitScale } from '../calibration/probability.js'
import { at } from '../numeric/at.js'
import { Turns } from '../thread/turns.js'
import { createKernels, LANES, pagesFor, ROWS_AT_ONCE } from '../tensor/simd/kernels.js'
import type { Kernels } from '../tensor/simd/kernels.js'
import { checkBatch } from './networkShape.js'
import type { PromptBatch } from './denseNetwork.js'
import type { GatedNetwork } from './gatedNetwork.js'

const FLOAT_BYTES = Float32Array.BYTES_PER_ELEMENT

/**
 * A gated network on the main thread, in vector registers: the gate of a prompt takes 0.05 ms, where the way to the scorer's
 * thread and back takes three times that. Scores are those of TensorFlow.js to 1e-6. Shapes: K classes of all branches
 * together, padded to whole registers; M LLMs.
 */
export class InlineNetwork {
  readonly #network: GatedNetwork
  readonly #calibration: LogitScale | undefined
  readonly #kernels: Kernels
  /** [E + F] padded, the inputs of one prompt. */
  readonly #inputs: Float32Array
  /** [K] the biases, and what starts as they are and becomes the shares of one prompt. */
  readonly #biases: Float32Array
  readonly #shares: Float32Array
  /** Addresses of inputs, shares, the kernel [E + F, K] and the class scores [M, K]. */
  readonly #at: { inputs: number; shares: number; kernel: number; scores: number }

  /** @throws an error of WebAssembly if the processor has no vector registers. */
  constructor(network: GatedNetwork, calibration: LogitScale | undefined) {
    this.#network = network
    this.#calibration = calibration
    const { shape, branches } = network
    const inputs = padded(shape.embedding + shape.features, ROWS_AT_ONCE)
    const classes = branches.reduce((sum, { gateBias }) => sum + gateBias.length, 0)
    const K = padded(classes, LANES)
    const [sharesAt, kernelAt] = [inputs * FLOAT_BYTES, (inputs + K) * FLOAT_BYTES]
    const scoresAt = kernelAt + inputs * K * FLOAT_BYTES
    const memory = new WebAssembly.Memory({ initial: pagesFor(scoresAt + shape.llms * K * FLOAT_BYTES) })
    const view = (from: number, length: number) => new Float32Array(memory.buffer, from, length)
    this.#at = { inputs: 0, shares: sharesAt, kernel: kernelAt, scores: scoresAt }
    this.#inputs = view(0, inputs)
    this.#shares = view(sharesAt, K)
    this.#biases = new Float32Array(K)
    let column = 0
    for (const { gateKernel, gateBias, classScores } of branches) {
      this.#biases.set(gateBias, column)
      copyColumns(gateKernel, view(kernelAt, inputs * K), K, column)
      copyColumns(classScores, view(scoresAt, shape.llms * K), K, column)
      column += gateBias.length
    }
    this.#kernels = createKernels(memory)
  }

  /**
   * @param signal looked at whenever the event loop has had a turn.
   * @returns [M, P] row by row: all prompts of the first LLM, then of the next.
   * @throws RangeError for widths or rows that are not those of the network; the reason of `signal`.
   */
  async score({ embeddings, features, llms }: PromptBatch, signal?: AbortSignal): Promise<Float32Array> {
    const { embedding: E, features: F } = this.#network.shape
    const P = embeddings.length / E
    checkBatch(this.#network.shape, P, features, llms)
    const scores = new Float32Array(llms.length * P)
    const rowBytes = this.#shares.byteLength
    const turns = new Turns(signal)
    for (let p = 0; p < P; p++) {
      if (turns.isOver) await turns.next()
      this.#gate(embeddings.subarray(p * E, (p + 1) * E), features.subarray(p * F, (p + 1) * F))
      for (let m = 0; m < llms.length; m++) {
        const row = this.#at.scores + at(llms, m) * rowBytes
        scores[m * P + p] = this.#toScore(this.#kernels.dot(this.#at.shares, row, rowBytes))
      }
    }
    return scores
  }

  /** The shares of one prompt, branch by branch a softmax. */
  #gate(embedding: Float32Array, features: Float32Array): void {
    this.#inputs.set(embedding)
    this.#inputs.set(features, embedding.length)
    this.#shares.set(this.#biases)
    const { inputs, kernel, shares } = this.#at
    const groups = this.#inputs.length / ROWS_AT_ONCE
    this.#kernels.addProduct(inputs, kernel, shares, groups, this.#shares.byteLength)
    let column = 0
    for (const { gateBias } of this.#network.branches) {
      softmax(this.#shares.subarray(column, column + gateBias.length))
      column += gateBias.length
    }
  }

  /** Computed in float64, since a float32 sum in the exponent costs the last digits. */
  #toScore(logit: number): number {
    return this.#calibration === undefined ? logit : probabilityOf(logit, this.#calibration)
  }
}

function padded(width: number, multiple: number): number {
  return Math.ceil(width / multiple) * multiple
}

/** Puts the columns of a matrix next to those of others, in rows of K. */
function copyColumns(
  { rows, columns, data }: { rows: number; columns: number; data: Float32Array },
  to: Float32Array,
  K: number,
  column: number,
): void {
  for (let row = 0; row < rows; row++)
    to.set(data.subarray(row * columns, (row + 1) * columns), row * K + column)
}

/** In place. */
function softmax(values: Float32Array): void {
  let largest = -Infinity
  for (const value of values) largest = Math.max(largest, value)
  let sum = 0
  for (let k = 0; k < values.length; k++) {
    const exponential = Math.exp((values[k] as number) - largest)
    values[k] = exponential
    sum += exponential
  }
  for (let k = 0; k < values.length; k++) values[k] = (values[k] as number) / sum
}
