import type { FeatureSpec } from '../card.js'
import { fitHeadScaler, HEAD_FEATURE_COUNT, headFeatures, headRawFeatures } from './head.js'
import type { HeadRaw } from './head.js'
import { readPrompt } from './quantities.js'
import { SEED_FEATURE_COUNT, seedFeatures } from './seed.js'

/** Length of the vector that `extractFeatures` gives. */
export function featureCount(version: FeatureSpec['version']): number {
  return version === 'v1' ? SEED_FEATURE_COUNT : HEAD_FEATURE_COUNT
}

/**
 * The scalar features of a prompt, as one of the two versions of the original computes them: `[45]` for v1, `[44]` for
 * v2. Every value is finite, whatever the prompt and the scaler.
 */
export function extractFeatures(prompt: string, spec: FeatureSpec): Float32Array {
  const text = readPrompt(prompt)
  return spec.version === 'v1' ? seedFeatures(text) : headFeatures(text, spec.scaler)
}

/** The head version with the scaler of a training set. */
export function fitFeatures(prompts: readonly string[]): FeatureSpec {
  return { version: 'v2', scaler: fitHeadScaler(prompts.map(headRaw)) }
}

/** The features of the head version before they are scaled: what a scaler is fitted on. */
export function headRaw(prompt: string): HeadRaw {
  return headRawFeatures(readPrompt(prompt))
}
