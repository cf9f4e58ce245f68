import type { Card } from '../../src/card.js'
import { scoreOfPair } from '../../src/convert/oracle.js'
import { extractFeatures } from '../../src/features/features.js'
import { TINY_CALIBRATION, tinyEvidence, tinyWeights } from '../savedModels.js'

/** Nearest region and familiarity in plain loops over the evidence that the model was written with. */
export function plainPlace(
  vector: Float32Array,
  { evidence, llms }: Card,
): { region: number; familiarity: number } {
  const { centroids } = tinyEvidence(7, llms.length)
  const cosines = [0, 1, 2].map((region) => {
    const centroid = [...centroids.subarray(region * 384, (region + 1) * 384)]
    return centroid.reduce((sum, value, i) => sum + value * (vector[i] ?? NaN), 0) / Math.hypot(...vector)
  })
  const cosine = Math.max(...cosines)
  const steps = evidence?.familiarity ?? []
  // Each piece of the distribution function rises from 0 to its share, where the cosine passes it.
  const pieces = steps.slice(1).map((to, i) => {
    const from = steps[i] ?? NaN
    return Math.min(1, Math.max(0, (cosine - from) / (to - from)))
  })
  const familiarity = pieces.reduce((sum, piece) => sum + piece, 0) / pieces.length
  return { region: cosines.indexOf(cosine), familiarity }
}

/** What the network, its calibration and the evidence say of one pair, in float64. */
export function plainDetail(
  vector: Float32Array,
  prompt: string,
  row: number,
  { region, familiarity }: { region: number; familiarity: number },
  { llms, features: spec }: Card,
  factor = 1,
) {
  const features = extractFeatures(prompt, spec)
  const weights = tinyWeights(7, llms.length)
  // The oracle ends in tanh; what stands before it is the logit.
  const logit = Math.atanh(scoreOfPair(weights, { type: 'relu' }, vector, features, row))
  const z = factor * (TINY_CALIBRATION.slope * logit + TINY_CALIBRATION.intercept)
  const evidence = (row * 3 + region) * 3
  const sd = Math.sqrt(0.3 ** 2 + 1.5 ** 2 / (evidence + 1) + 0.8 ** 2 * (1 - familiarity) ** 2)
  const at = (t: number) => 1 / (1 + Math.exp(-t))
  // 1.6449 standard deviations hold 90 %.
  const reach = 1.6448536269514722 * sd
  return {
    probability: at(z),
    low: at(z - reach),
    high: at(z + reach),
    evidence,
    standardError: Math.sqrt(0.3 ** 2 + 1.5 ** 2 / (evidence + 1)),
  }
}
