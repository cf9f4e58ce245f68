import { at } from '../numeric/at.js'
import type { Matrix } from '../numeric/matrix.js'
import { dot } from '../numeric/vector.js'
import { rowProducts } from '../tensor/simd/rowProducts.js'

/**
 * What makes a vector of a prompt, on which the lengths of all answers to it depend. Shapes: W inputs of a prompt (its embedding,
 * then its features), K clusters of a partition, D inputs and clusters of all partitions together, R numbers of a vector.
 */
export interface PromptModel {
  /** Width of the embedding. */
  embedding: number
  partitions: readonly Partition[]
  /** Factor of cosines in the softmax of clusters. */
  sharpness: number
  /** [R, D] and [R]: the vector is projection · [inputs; shares] + offset; the first of its numbers is 1. */
  projection: Matrix
  offset: Float32Array
}

/** A way to tell clusters of prompts apart, by angles between inputs. */
export interface Partition {
  /** What it multiplies features by. */
  featureWeight: number
  /** [K, W] of unit length, their features multiplied once more, so that products are with inputs as they are. */
  centroids: Matrix
}

export interface PromptPart {
  /** [R] */
  vector: Float32Array
  /** [K] in the clusters of the first partition; their sum is 1. */
  shares: Float32Array
}

/**
 * Takes about 0.03 ms for two partitions of 128 clusters.
 * @returns a function of the inputs [W] of a prompt
 */
export function promptParts(model: PromptModel): (inputs: Float32Array) => PromptPart {
  const share = withShares(model)
  const project = projected(model)
  return (inputs) => project(share(inputs))
}

/** @returns a function of the inputs of a prompt with its shares, [D] */
export function projected({
  partitions,
  projection,
  offset,
}: PromptModel): (all: Float32Array) => PromptPart {
  const { columns: W, rows: K } = at(partitions, 0).centroids
  const productsWith = rowProducts(projection)
  return (all) => ({
    vector: productsWith(all).map((value, r) => value + at(offset, r)),
    shares: all.subarray(W, W + K),
  })
}

/** How wide inputs and clusters are together. */
export function widthWithShares(inputs: number, partitions: readonly Partition[]): number {
  return partitions.reduce((sum, { centroids }) => sum + centroids.rows, inputs)
}

/**
 * @returns a function that gives the inputs [W] of a prompt and its shares in the clusters of each partition, [D]: a softmax of
 * cosines
 */
export function withShares({
  embedding,
  partitions,
  sharpness,
}: Pick<PromptModel, 'embedding' | 'partitions' | 'sharpness'>): (inputs: Float32Array) => Float32Array {
  const opened = partitions.map(({ featureWeight, centroids }) => ({
    featureWeight,
    productsWith: rowProducts(centroids),
  }))
  return (inputs) => {
    const all = new Float32Array(widthWithShares(inputs.length, partitions))
    all.set(inputs)
    let start = inputs.length
    for (const { featureWeight, productsWith } of opened) {
      const length = lengthOf(inputs, embedding, featureWeight)
      const shares = softmax(productsWith(inputs), length === 0 ? 0 : sharpness / length)
      all.set(shares, start)
      start += shares.length
    }
    return all
  }
}

/** Of [embedding; weight · features]. */
function lengthOf(inputs: Float32Array, embedding: number, weight: number): number {
  const vector = inputs.subarray(0, embedding)
  const features = inputs.subarray(embedding)
  return Math.sqrt(dot(vector, vector) + weight ** 2 * dot(features, features))
}

function softmax(values: Float32Array, factor: number): Float32Array {
  const largest = values.reduce((a, b) => Math.max(a, b), -Infinity)
  const powers = values.map((value) => Math.exp(factor * (value - largest)))
  const sum = powers.reduce((a, b) => a + b, 0)
  return powers.map((power) => power / sum)
}
