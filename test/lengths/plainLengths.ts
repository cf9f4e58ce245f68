import type { LengthModel } from '../../src/lengths/lengthModel.js'
import { at } from '../../src/numeric/at.js'
import type { Matrix } from '../../src/numeric/matrix.js'

const row = ({ columns, data }: Matrix, r: number) =>
  Array.from(data.subarray(r * columns, (r + 1) * columns))

const product = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, value, i) => sum + value * at(b, i), 0)

/** What holds an answer to those of all LLMs, if it is known how familiar the prompt is. */
interface Held {
  /** [K, R] */
  clusters: Matrix
  familiarity: number
}

/** The length of an answer by plain float64 sums, straight from what the documentation says; the fields of `details`, unrounded. */
export function plainLength(model: LengthModel, inputs: readonly number[], llm: number, held?: Held) {
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
  const fit = {
    mean: own * product(vector, row(model.vectors, llm)) + (1 - own) * like,
    variance: at(model.noise, llm) + (1 - own) * model.likeVariance,
  }
  const { mean, variance } = held === undefined ? fit : plainHeld(model, { vector, clusters }, fit, held)
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

/** The fit of an LLM, held to those of all LLMs. */
function plainHeld(
  { vectors, likeVectors, likeLevels, counted, halfway }: LengthModel,
  prompt: { vector: readonly number[]; clusters: readonly number[] },
  fit: { mean: number; variance: number },
  { clusters, familiarity }: Held,
) {
  const llms = Array.from({ length: vectors.rows }, (_, m) => m)
  const average = (values: readonly number[], weights: readonly number[]) =>
    product(values, weights) / weights.reduce((a, b) => a + b, 0)
  const weightsOf = (m: number) => row(counted, m).map((n) => (n < 0.1 ? 0 : n / (n + halfway)))
  const means = llms.flatMap((m) => {
    const weights = weightsOf(m)
    const weight = weights.reduce((a, b) => a + b, 0)
    if (weight === 0) return []
    const mean = average(
      weights.map((_, k) => product(row(clusters, k), row(vectors, m))),
      weights,
    )
    return [{ mean, weight: weight / (weight + 1) }]
  })
  const weights = means.map(({ weight }) => weight)
  const level = average(
    means.map(({ mean }) => mean),
    weights,
  )
  const spread = average(
    means.map(({ mean }) => (mean - level) ** 2),
    weights,
  )
  const said = llms.map(
    (m) => product(prompt.vector, row(likeVectors, m)) + product(prompt.clusters, row(likeLevels, m)),
  )
  const common = said.reduce((a, b) => a + b, 0) / said.length
  const known = Math.min(1, familiarity / 0.1)
  const reach = Math.log(3) * Math.max(1, familiarity / 0.1)
  const deviation = Math.max(-reach, Math.min(reach, fit.mean - common))
  return {
    mean: known * common + (1 - known) * level + deviation,
    variance: fit.variance + (1 - known) * 2 * spread,
  }
}
