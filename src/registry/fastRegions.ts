import { familiarityOf } from '../calibration/regions.js'
import type { Placement, Regions } from '../calibration/regions.js'
import { at } from '../numeric/at.js'
import { rowOf } from '../numeric/matrix.js'
import { dot } from '../numeric/vector.js'
import { rowProducts } from '../tensor/simd/rowProducts.js'

/**
 * `placeOf` in vector registers. Regions whose cosines differ by less than float32 can tell may be taken for each other; the
 * familiarity is that of float64.
 */
export function fastRegions({ centroids, familiarity }: Regions): (vector: Float32Array) => Placement {
  const productsWith = rowProducts(centroids)
  return (vector) => {
    const products = productsWith(vector)
    let region = 0
    for (let r = 1; r < products.length; r++) if (at(products, r) > at(products, region)) region = r
    const length = Math.sqrt(dot(vector, vector))
    const cosine = dot(vector, rowOf(centroids, region)) / length
    return { region, familiarity: length > 0 ? familiarityOf(cosine, familiarity) : 0 }
  }
}
