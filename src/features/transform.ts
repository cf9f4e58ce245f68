import type { PromptText } from './rawFeatures.js'

export interface NumericFeature {
  raw: (prompt: PromptText) => number
  /** Whether the logarithm is scaled rather than the value. */
  log: boolean
  /** Whether most prompts have 0 here, which then becomes ABSENT, and every other value becomes positive. */
  zeroInflated: boolean
}

/** What the network was taught to read as "this prompt has nothing of it". */
const ABSENT = -1

const MIN_FOR_LOG = Math.fround(1e-6)

/** `exp` of more would overflow float32, and ln(1 + exp(z)) is z long before. */
const SOFTPLUS_IS_LINEAR_ABOVE = 88

/**
 * Scales one value, in float32 after every step as LLimit v1 does.
 *
 * If the scaler cannot scale, the feature counts as absent. It holds null if no prompt of the training data had the
 * feature at all, so the network learned nothing of it; LLimit v1 answers NaN for every LLM then.
 */
export function transform(
  value: number,
  feature: NumericFeature,
  mean: number | null,
  scale: number | null,
): number {
  if (mean === null || scale === null) return ABSENT
  if (feature.zeroInflated && value === 0) return ABSENT

  const y = scaledFrom(value, feature)
  const z = Math.fround(Math.fround(y - Math.fround(mean)) / Math.fround(scale))
  if (!Number.isFinite(z)) return ABSENT
  return feature.zeroInflated ? softplus(z) : z
}

/** What mean and scale are computed of: the value or its logarithm. */
export function scaledFrom(value: number, feature: NumericFeature): number {
  return feature.log ? Math.fround(Math.log(Math.max(value, MIN_FOR_LOG))) : value
}

/** ln(1 + exp(z)) by the plain formula. */
function softplus(z: number): number {
  if (z > SOFTPLUS_IS_LINEAR_ABOVE) return z
  return Math.fround(Math.log(Math.fround(1 + Math.fround(Math.exp(z)))))
}
