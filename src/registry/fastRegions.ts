import { familiarityOf, placeOf } from '../calibration/regions.js'
import type { Placement, Regions } from '../calibration/regions.js'
import { at } from '../numeric/at.js'
import { rowOf } from '../numeric/matrix.js'
import { dot } from '../numeric/vector.js'
import { createKernels, LANES, pagesFor, ROWS_AT_ONCE } from '../tensor/simd/kernels.js'

const FLOAT_BYTES = Float32Array.BYTES_PER_ELEMENT

/**
 * `placeOf` in vector registers: a tenth of the time, 0.02 ms for 300 regions and 384 dimensions. Regions whose cosines differ by
 * less than float32 can tell may be taken for each other; the familiarity is that of float64. Without vector registers it is
 * `placeOf` itself.
 */
export function fastRegions(regions: Regions): (vector: Float32Array) => Placement {
  try {
    return openRegions(regions)
  } catch (error) {
    if (error instanceof WebAssembly.CompileError) return (vector) => placeOf(vector, regions)
    throw error
  }
}

function openRegions({ centroids, familiarity }: Regions): (vector: Float32Array) => Placement {
  const inputs = Math.ceil(centroids.columns / ROWS_AT_ONCE) * ROWS_AT_ONCE
  const R = Math.ceil(centroids.rows / LANES) * LANES
  const productsAt = inputs * FLOAT_BYTES
  const kernelAt = productsAt + R * FLOAT_BYTES
  const memory = new WebAssembly.Memory({ initial: pagesFor(kernelAt + inputs * R * FLOAT_BYTES) })
  const kernels = createKernels(memory)
  const x = new Float32Array(memory.buffer, 0, inputs)
  const products = new Float32Array(memory.buffer, productsAt, R)
  const kernel = new Float32Array(memory.buffer, kernelAt, inputs * R)
  for (let r = 0; r < centroids.rows; r++) {
    rowOf(centroids, r).forEach((value, e) => (kernel[e * R + r] = value))
  }
  return (vector) => {
    if (vector.length !== centroids.columns) {
      throw new RangeError(`expected a vector of ${centroids.columns} numbers, got ${vector.length}`)
    }
    x.set(vector)
    products.fill(0)
    kernels.addProduct(0, kernelAt, productsAt, inputs / ROWS_AT_ONCE, R * FLOAT_BYTES)
    let region = 0
    for (let r = 1; r < centroids.rows; r++) if (at(products, r) > at(products, region)) region = r
    const length = Math.sqrt(dot(vector, vector))
    const cosine = dot(vector, rowOf(centroids, region)) / length
    return { region, familiarity: length > 0 ? familiarityOf(cosine, familiarity) : 0 }
  }
}
