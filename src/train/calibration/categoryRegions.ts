import { at, valueAt } from '../../numeric/at.js'
import { gatherRows, matrixOf, rowOf } from '../../numeric/matrix.js'
import type { Matrix } from '../../numeric/matrix.js'
import type { Random } from '../../numeric/random.js'
import { sphericalKMeans } from './sphericalKMeans.js'

/** Clusters of training prompts, each of one category. R regions, E the width of an embedding. */
export interface CategoryRegions {
  /** [R, E] of unit length */
  centroids: Matrix
  /** [R] of each region, or NO_CATEGORY. */
  category: Int32Array
}

/**
 * Clusters each category by itself, so that no region mixes what LLMs were judged on with what only looks like it. A category has
 * one region at least, and as many of `regions` as its share of the prompts asks for.
 * @param points [P, E] of unit length
 * @param categories [P] of the prompts, or NO_CATEGORY
 */
export function categoryRegions(
  points: Matrix,
  categories: Int32Array,
  regions: number,
  random: Random,
): CategoryRegions {
  const members = new Map<number, number[]>()
  categories.forEach((category, p) => {
    const own = members.get(category) ?? []
    own.push(p)
    members.set(category, own)
  })
  const found = [...members.keys()]
    .sort((a, b) => a - b)
    .map((category) => {
      const own = gatherRows(points, valueAt(members, category))
      const share = Math.max(1, Math.round((regions * own.rows) / points.rows))
      return { category, centroids: sphericalKMeans(own, share, random) }
    })
  const R = found.reduce((sum, { centroids }) => sum + centroids.rows, 0)
  const centroids = matrixOf(new Float32Array(R * points.columns), points.columns)
  const category = new Int32Array(R)
  let row = 0
  for (const { category: own, centroids: ofCategory } of found) {
    for (let r = 0; r < ofCategory.rows; r++, row++) {
      rowOf(centroids, row).set(rowOf(ofCategory, r))
      category[row] = own
    }
  }
  return { centroids, category }
}

/**
 * What is known of an LLM on a category is known in each of its regions.
 * @param counts [M, C] by category
 * @param columns [R] the column of the category of each region
 * @returns [M, R]
 */
export function byRegion(counts: Matrix, columns: Int32Array): Matrix {
  const spread = matrixOf(new Float32Array(counts.rows * columns.length), columns.length)
  for (let m = 0; m < counts.rows; m++) {
    rowOf(spread, m).set(Float32Array.from(columns, (column) => at(rowOf(counts, m), column)))
  }
  return spread
}
