import type { LengthModel } from '../../src/lengths/lengthModel.js'
import { at } from '../../src/numeric/at.js'
import type { Matrix } from '../../src/numeric/matrix.js'

const row = ({ columns, data }: Matrix, r: number) =>
  Array.from(data.subarray(r * columns, (r + 1) * columns))

const product = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, value, i) => sum + value * at(b, i), 0)

/** The length of an answer by plain float64 sums, straight from what the documentation says; the fields of `details`, unrounded. */
export function plainLength(model: LengthModel, inputs: readonly number[], llm: number) {
  const { embedding, partitions, sharpness, projection, offset } = model.prompts
  const shares = partitions.map(({ featureWeight, centroids }) => {
    const weighted = inputs.map((value, i) => (i < embedding ? value : featureWeight * value))
    const length = Math.hypot(...weighted)
    const powers = Array.from({ length: centroids.rows }, (_, k) =>
      Math.exp((sharpness * product(row(centroids, k), inputs)) / length),
    )
    const sum = powers.reduce((a, b) => a + b, 0)
    return powers.map((power) => power / sum)
  })
  const [clusters = []] = shares
  const all = [...inputs, ...shares.flat()]
  const vector = Array.from(offset, (value, r) => value + product(row(projection, r), all))
  const counted = product(clusters, row(model.counted, llm))
  const own = counted / (counted + model.halfway)
  const like = product(vector, row(model.likeVectors, llm)) + product(clusters, row(model.likeLevels, llm))
  const mean = own * product(vector, row(model.vectors, llm)) + (1 - own) * like
  const variance = at(model.noise, llm) + (1 - own) * model.likeVariance
  const tokens = (log: number) => Math.min(model.longest, Math.max(1, Math.exp(log)))
  return {
    mean,
    variance,
    expected: tokens(mean + variance / 2),
    median: tokens(mean),
    low: tokens(mean + model.interval.low * Math.sqrt(variance)),
    high: tokens(mean + model.interval.high * Math.sqrt(variance)),
  }
}
